import createOpenApiClient, { type Client, type ClientOptions, type Middleware } from 'openapi-fetch';
import type { components, paths } from './api.generated';

export type { components, paths };

/**
 * A client of one Hindsight service: `GET`, `POST` … typed with the paths, parameters and responses of its
 * API.
 */
export type HindsightClient = Client<paths>;

/** The schemas of the API by name, such as `Schemas['StateAnswer']`. */
export type Schemas = components['schemas'];

export interface HindsightClientOptions {
  /** The address of the service, such as `http://localhost:3000`. */
  readonly baseUrl: string;
  /** Sent as `Authorization: Bearer …`, if the service requires a token. */
  readonly token?: string;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Replaces the global fetch. */
  readonly fetch?: ClientOptions['fetch'];
}

/** Thrown before anything is sent. */
export class UnreachableProductError extends Error {
  override readonly name = 'UnreachableProductError';

  constructor(productId: string) {
    super(
      `the product "${productId}" cannot be asked for by this client: fetch takes "." and "..", also when encoded, for steps of the path, and would send the request to another address`,
    );
  }
}

const neverElsewhere: Middleware = {
  onRequest: ({ params }) => {
    const id = params.path?.['productId'];
    if (id === '.' || id === '..') throw new UnreachableProductError(id);
    return undefined;
  },
};

const bearer = (token: string): Middleware => ({
  onRequest: ({ request }) => {
    request.headers.set('Authorization', `Bearer ${token}`);
    return request;
  },
});

/**
 * Creates a client whose types are generated from the service's OpenAPI document. A problem response does not
 * throw: each call resolves to `data` or to `error` (problem details, distinguished by `type`), together with
 * the `response`. A call rejects if no response arrives, if the server redirects, and for the two product ids that `fetch` can't
 * request.
 *
 * @example
 * const { data, error } = await createClient({ baseUrl }).GET('/products/{productId}/state', {
 *   params: { path: { productId: 'lamp' }, query: { asOf: '2026-11-17T12:00:00Z' } },
 * });
 */
export function createClient({ baseUrl, token, headers, fetch }: HindsightClientOptions): HindsightClient {
  const client = createOpenApiClient<paths>({
    baseUrl,
    // A followed one would turn a POST into a GET, and the answer to that would look like a stored event's.
    redirect: 'error',
    ...(headers !== undefined && { headers }),
    ...(fetch !== undefined && { fetch }),
  });
  client.use(neverElsewhere);
  if (token !== undefined) client.use(bearer(token));
  return client;
}
