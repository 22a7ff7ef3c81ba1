import { JSON_ONLY, REVALIDATE, type Route } from '../http';
import { noRoute } from '../problems';
import { sendTagged } from '../tagged';

/** In OpenAPI notation. */
const templateOf = (path: string): string => path.replaceAll(/:(\w+)/g, '{$1}');

const methodsOf = (routes: readonly Route[], path: string): string[] =>
  routes.filter((route) => route.path === path).map(({ method }) => method.toUpperCase());

/** GET /: the URLs of the API, for a program or person that knows only the host. */
export function indexRoute(routes: readonly Route[]): Route {
  const paths = [...new Set(routes.map(({ path }) => path))];
  const text = JSON.stringify({
    service: 'Hindsight',
    documentation: '/docs',
    openapi: '/openapi.json',
    addresses: Object.fromEntries(paths.map((path) => [templateOf(path), methodsOf(routes, path)])),
  });
  return {
    method: 'get',
    path: '/',
    produces: JSON_ONLY,
    scope: 'open',
    handle: (request, response) => {
      // The router ignores an empty last segment, as in `//`.
      if (request.path !== '/') throw noRoute();
      response.set('Cache-Control', REVALIDATE);
      sendTagged(request, response, { type: 'application/json', text });
    },
  };
}
