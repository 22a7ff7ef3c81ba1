import createOpenApiClient, { type Client, type ClientOptions, type Middleware } from 'openapi-fetch';
import type { components, paths } from './api.generated';

export type { components, paths };

/** A client of one Hindsight service: `GET`, `POST` … with the addresses, parameters and answers of its API. */
export type HindsightClient = Client<paths>;

/** The schemas of the API by name, such as `Schemas['StateAnswer']`. */
export type Schemas = components['schemas'];

export interface HindsightClientOptions {
  /** Where the service is, such as `http://localhost:3000`. */
  readonly baseUrl: string;
  /** Sent as `Authorization: Bearer …`, where the service wants one. */
  readonly token?: string;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** In place of the global one. */
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
 * Makes a client whose types are generated from the service's OpenAPI document. Nothing is thrown for an answer
 * that is a problem: each call resolves to `data` or to `error` (problem details, told apart by `type`), with
 * the `response` beside it. It rejects where no answer came, and for the two products that `fetch` can't ask for.
 *
 * @example
 * const { data, error } = await createClient({ baseUrl }).GET('/products/{productId}/state', {
 *   params: { path: { productId: 'lamp' }, query: { asOf: '2026-11-17T12:00:00Z' } },
 * });
 */
export function createClient({ baseUrl, token, headers, fetch }: HindsightClientOptions): HindsightClient {
  const client = createOpenApiClient<paths>({
    baseUrl,
    ...(headers !== undefined && { headers }),
    ...(fetch !== undefined && { fetch }),
  });
  client.use(neverElsewhere);
  if (token !== undefined) client.use(bearer(token));
  return client;
}
