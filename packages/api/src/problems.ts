/** One kind of problem: what its page under `/problems/` says, and the status it comes with. */
export interface ProblemType {
  readonly status: number;
  readonly title: string;
  /** What it means and what to do, for the page. */
  readonly help: string;
}

/** The slugs are part of every `type` that clients compare: a contract. */
export const problemTypes = {
  'malformed-request': {
    status: 400,
    title: 'The request is malformed',
    help: 'Something about the HTTP request cannot be read: the JSON syntax, a query parameter, a header or the product id. `errors` names each. Repeating it unchanged will not help.',
  },
  unauthenticated: {
    status: 401,
    title: 'It is not known who asks',
    help: 'Send a token in the header `Authorization: Bearer …`. `WWW-Authenticate` says whether one was missing or is not good.',
  },
  'insufficient-scope': {
    status: 403,
    title: 'The caller may not do this',
    help: 'The token is good, and lacks the scope that `WWW-Authenticate` names: `state:read` to read, `events:write` to append. Nothing was stored.',
  },
  'late-events-not-allowed': {
    status: 403,
    title: 'The caller may not change the past',
    help: 'The append holds an event whose place is before one that is recorded, or a correction, and the caller lacks the scope `events:write:late`. Nothing was stored. A repetition of an event that is stored is answered all the same.',
  },
  'product-not-found': {
    status: 404,
    title: 'There is no such product',
    help: 'Nothing has been recorded for this product id. A product begins with its first event.',
  },
  'no-state-at-time': {
    status: 404,
    title: 'The product has no state at that time',
    help: 'No event counts at the moment asked for. `firstEffectiveAt` and `firstRecordedAt` say where the product begins; a null `firstEffectiveAt` means that every event has been retracted.',
  },
  'version-not-found': {
    status: 404,
    title: 'There is no such version',
    help: 'The product has fewer events than the version asked for. `headVersion` is its newest.',
  },
  'execution-not-found': {
    status: 404,
    title: 'There is no such execution',
    help: 'Nothing was started under this name, or it ended more than 90 days ago.',
  },
  'route-not-found': {
    status: 404,
    title: 'There is nothing at this address',
    help: 'The routes are listed in `/openapi.json` and shown at `/docs`.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'The method is not allowed here',
    help: 'The `Allow` header lists the methods of this address.',
  },
  'request-timeout': {
    status: 408,
    title: 'The request took too long to come',
    help: 'Headers or body did not come whole in time, and the connection is closed. Nothing was stored.',
  },
  'not-acceptable': {
    status: 406,
    title: 'The answer has no form that is accepted',
    help: 'The `Accept` header takes none of the media types of this address, which `detail` lists. Problems are `application/problem+json` whatever was asked for. Nothing was stored.',
  },
  'insufficient-stock': {
    status: 409,
    title: 'The stock is insufficient',
    help: 'With this append the stock would be negative at some instant, now or in the history after it. Nothing was stored. `adjustment` shows what would change and `conflicts` where the stock would not suffice. Sent with `onConflict=flag`, the append is stored and the shortage shown.',
  },
  'rule-broken': {
    status: 409,
    title: 'A rule would be broken',
    help: 'With this append a rule would be broken at some instant of the history. Nothing was stored. `rule` names it, and `conflicts` lists the instants.',
  },
  'event-id-reused': {
    status: 409,
    title: 'The event id names another event',
    help: 'An event with this id and other content is in the log. A retry has to send the same content; a new event needs an id of its own.',
  },
  'version-conflict': {
    status: 412,
    title: 'The product has moved on',
    help: 'The head version is not the one that `If-Match` or `If-None-Match` asked for. Read the state, decide again, and send the version that was read. `currentVersion` is the head.',
  },
  'payload-too-large': {
    status: 413,
    title: 'The body is too large',
    help: 'A body has at most 64 KiB and 25 events. Send several requests.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The body has a type that is not read here',
    help: 'Send `application/json`, `application/cloudevents+json` or `application/cloudevents-batch+json` in UTF-8, not compressed.',
  },
  'invalid-event': {
    status: 422,
    title: 'The event is not valid',
    help: 'The JSON was read, and an event in it breaks its schema. `errors` names each field. Nothing was stored.',
  },
  'unknown-event-type': {
    status: 422,
    title: 'The event type is not known',
    help: 'The known types are listed in `/docs`. Nothing was stored.',
  },
  'target-not-found': {
    status: 422,
    title: 'The event to correct is not there',
    help: 'A correction names an event of the same product that is in the log and is not a correction itself. Nothing was stored.',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests',
    help: 'The client has sent more than it may. Nothing was stored. Repeat the request after `Retry-After` seconds. `RateLimit` and `RateLimit-Policy` of every answer say how many are left.',
  },
  'headers-too-large': {
    status: 431,
    title: 'The headers are too large',
    help: 'The headers of a request have at most 16 KiB, and there are at most 100 of them. Nothing was stored.',
  },
  'too-many-streams': {
    status: 503,
    title: 'There are too many live tails',
    help: 'This process serves as many live tails as it takes. Come again after `Retry-After` seconds, or page through `events`.',
  },
  contention: {
    status: 503,
    title: 'Too many writers at once',
    help: 'Other appends to the product were faster again and again, or too many are waiting. Nothing was stored. Repeat the request after `Retry-After` seconds, with the same event ids.',
  },
  overloaded: {
    status: 503,
    title: 'Too many requests at once',
    help: 'The service has as many requests to answer as it can in good time. Nothing was stored. Repeat the request after `Retry-After` seconds.',
  },
  unavailable: {
    status: 503,
    title: 'The service cannot answer at the moment',
    help: 'Something that the gateway needs does not answer. An append may or may not have been stored: repeat it after `Retry-After` seconds with the same event ids or the same `Idempotency-Key`, and it is stored once.',
  },
  'internal-error': {
    status: 500,
    title: 'An error of the service',
    help: 'The fault is ours. The log of the service has the details under the `x-request-id` of the response.',
  },
} as const satisfies Record<string, ProblemType>;

export type ProblemSlug = keyof typeof problemTypes;

/** Where an input is wrong (a parameter, a header, or a path such as `[3].unitPrice.currency`), and how. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}
