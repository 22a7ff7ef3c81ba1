import { registry as allTypes, type Registry } from '@hindsight/domain';
import type { ClosingRegister } from '@hindsight/event-log';
import type { ViewsReader } from '@hindsight/views';
import type { ProductLogReader } from '@hindsight/workflow';
import express, { type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import type { Appender } from './appender';
import { recognizing } from './auth/access';
import { openToAll, type Authenticator } from './auth/authenticator';
import { forwardedAddresses } from './client';
import { compressing } from './compressing';
import { ConcurrencyLimit } from './concurrency-limit';
import { crossOrigin } from './cross-origin';
import { docsPage } from './docs/page';
import { STYLE_HASH } from './docs/html';
import { problemPage } from './docs/problem-page';
import { errorHandler } from './errors';
import { explorerPages, readExplorer, type Explorer } from './explorer';
import { handlerOf, type Context, type Route } from './http';
import { decimalFieldsOf } from './json';
import { KeyedQueues } from './keyed-queues';
import { requestLogging } from './logging/requests';
import { measuringRequests, type Metrics } from './metrics/metrics';
import { apiDocument } from '@hindsight/api';
import { pageQueue } from './page-queue';
import { noRoute, Problem } from './problems';
import { indexRoute } from './routes/api-index';
import { actRoute } from './routes/act';
import { appendRoute } from './routes/append';
import { closeRoute, closingRoute, closingsRoute, reopenRoute } from './routes/closings';
import { executionRoute } from './routes/executions';
import { feedRoute } from './routes/feed';
import { diffRoute, explainRoute } from './routes/explain';
import { mapRoute } from './routes/map';
import { latenessRoute } from './routes/lateness';
import { eventsRoute, timelineRoute } from './routes/lists';
import { productsRoute } from './routes/products';
import { pageRoutes, serviceRoutes } from './routes/service';
import { stockRoute } from './routes/stock';
import { closingDiffRoute } from './routes/closing-diff';
import { stockDiffRoute } from './routes/stock-diff';
import { stateRoute } from './routes/state';
import { defaultSettings, type Settings } from './settings';
import type { SignIn } from './sign-in';
import { feedStreamRoute } from './tail/feed-route';
import { tailRoute } from './tail/route';
import { StreamSlots } from './tail/stream-slots';
import { tailing } from './tail/tailing';
import type { Tracing } from './tracing/tracing';
import type { Every } from './tail/heads';

/** The gateway's dependencies. */
export interface Dependencies {
  readonly log: ProductLogReader;
  /** What is derived across products. */
  readonly views: ViewsReader;
  /** What is closed, and the reports of what was. */
  readonly closings: ClosingRegister;
  readonly appender: Appender;
  readonly logger: Logger;
  /** Identifies the caller; absent: every caller is anonymous with all scopes. */
  readonly authenticate?: Authenticator;
  readonly metrics?: Metrics;
  readonly tracing?: Tracing | undefined;
  /** Middleware that runs before authentication, such as the rate limit. */
  readonly guards?: readonly RequestHandler[];
  /** Trusted proxies: only they are believed about the client's address. */
  readonly trustedProxies?: readonly string[];
  readonly clock?: () => Date;
  readonly settings?: Partial<Settings>;
  /** The event types of this deployment; absent: all of them. */
  readonly registry?: Registry;
  /** Aborted when the server closes; live tails then end. */
  readonly closing?: AbortSignal;
  /** The page for people; absent: the one that was built. */
  readonly explorer?: Explorer;
  /** How people sign in on it; absent: with a token that they have. */
  readonly signIn?: SignIn | undefined;
  /** Schedules the polling of live tails. */
  readonly every?: Every;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** All routes in one list. The application, `Allow` and the tests of the documentation read it. */
export function routesOf({ clock = () => new Date(), ...options }: Dependencies): Route[] {
  const { registry = allTypes } = options;
  const settings = { ...defaultSettings, ...options.settings };
  const { log, metrics, tracing } = options;
  const { appender, tails, feedStreams } = tailing({ ...options, settings });
  const pages = pageQueue(settings);
  const exportSlots = new StreamSlots(settings.exportsAtOnce, 'exports');
  const concurrency = new ConcurrencyLimit({
    requests: settings.requestsAtOnce,
    bytes: settings.bodiesAtOnce,
  });
  const context: Context = {
    log: tracing?.reader(log) ?? log,
    views: options.views,
    closings: options.closings,
    appender: tracing?.appender(appender) ?? appender,
    metrics,
    clock,
    settings,
    queues: new KeyedQueues(settings),
    pages,
    concurrency,
    registry,
    eventTypes: registry.types.map(({ name }) => name),
    decimalFields: decimalFieldsOf(registry),
  };
  // Created on first use: a Lambda that cold-starts for an append doesn't need them.
  const security = options.authenticate?.security;
  const document = once(() => apiDocument(registry, { ...settings, security }));
  const docs = once(() => docsPage('Hindsight'));
  const routes = [
    appendRoute(context),
    actRoute(context),
    concurrency.counting(stateRoute(context)),
    ...[eventsRoute, timelineRoute, explainRoute, diffRoute, latenessRoute, mapRoute, feedRoute].map(
      (routeOf) =>
        // Queued requests don't count against the concurrency limit.
        pages.queueing(concurrency.counting(routeOf(context))),
    ),
    // They wait for the views or for their clients, and queue their reads themselves.
    productsRoute(context),
    stockRoute(context, exportSlots),
    stockDiffRoute(context, exportSlots),
    pages.queueing(concurrency.counting(closingsRoute(context))),
    closeRoute(context),
    closingRoute(context, exportSlots),
    closingDiffRoute(context, exportSlots),
    concurrency.counting(reopenRoute(context)),
    // Tails have a limit of their own. Health and readiness checks must work even under full load.
    tailRoute(context, tails),
    feedStreamRoute(context, feedStreams),
    executionRoute(context),
    ...serviceRoutes(context),
    ...pageRoutes({ document, docs, problem: problemPage }),
  ];
  return [indexRoute(routes), ...routes];
}

function allowed(routes: readonly Route[]): string {
  const methods = routes.flatMap(({ method }) =>
    method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()],
  );
  return [...methods, 'OPTIONS'].join(', ');
}

function register(app: Express, routes: readonly Route[], authenticate: Authenticator): void {
  for (const path of new Set(routes.map((route) => route.path))) {
    const here = routes.filter((route) => route.path === path);
    const address = app.route(path);
    const allow = allowed(here);
    for (const route of here) address[route.method](handlerOf(route, authenticate));
    address.options((_, response) => void response.status(204).set('Allow', allow).end());
    address.all(() => {
      throw new Problem('method-not-allowed', `this address takes ${allow}`, { headers: { Allow: allow } });
    });
  }
}

const securityHeaders = helmet({
  // The problem pages load nothing and run no scripts. The policy allows their inline style sheet by its
  // hash.
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      styleSrc: [STYLE_HASH],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
});

/** The gateway as an Express application, without a server. */
export function createApp(dependencies: Dependencies): Express {
  const app = express();
  const settings = { ...defaultSettings, ...dependencies.settings };
  app.disable('x-powered-by').disable('etag').set('query parser', false).enable('case sensitive routing');
  const { authenticate = openToAll, guards = [], trustedProxies = [], metrics, tracing } = dependencies;
  if (tracing !== undefined) app.use(tracing.requests);
  app.use(requestLogging(dependencies.logger), securityHeaders);
  if (metrics !== undefined) app.use(measuringRequests(metrics));
  if (trustedProxies.length > 0) app.use(forwardedAddresses).set('trust proxy', trustedProxies);
  app.use(crossOrigin(settings.corsOrigins), compressing);
  app.use(recognizing(authenticate));
  for (const guard of guards) app.use(guard);
  app.use(explorerPages(() => dependencies.explorer ?? readExplorer(), dependencies.signIn));
  register(app, routesOf(dependencies), authenticate);
  app.use(() => {
    throw noRoute();
  });
  app.use(errorHandler);
  return app;
}
