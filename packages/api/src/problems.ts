/** A problem type: its status and the content of its page under `/problems/`. */
export interface ProblemType {
  readonly status: number;
  readonly title: string;
  /** The meaning of the problem and what to do about it, in Markdown. */
  readonly help: string;
}

/** Slugs are part of the `type` that clients compare: never change one. */
export const problemTypes = {
  'malformed-request': {
    status: 400,
    title: 'Malformed request',
    help: "The HTTP request can't be read: its JSON syntax, a query parameter, a header or the product id. `errors` names each fault. Sending the same request again will not help.",
  },
  unauthenticated: {
    status: 401,
    title: 'Authentication required',
    help: 'Send a token in the header `Authorization: Bearer …`. `WWW-Authenticate` says whether the token was missing or invalid.',
  },
  'insufficient-scope': {
    status: 403,
    title: 'Forbidden: missing scope',
    help: 'The token is valid but lacks the scope that `WWW-Authenticate` names: `state:read` to read, `events:write` to append, `events:write:closed` to close and reopen periods. Nothing was stored.',
  },
  'late-events-not-allowed': {
    status: 403,
    title: 'Forbidden: not allowed to record late events',
    help: 'The append contains an event that takes effect further from now than the tolerance (`LATE_TOLERANCE`, 24 hours by default), or corrects one that was recorded longer ago, and the token lacks the scope `events:write:late`. Nothing was stored. A retry of an event that is already stored returns the original response all the same.',
  },
  'product-not-found': {
    status: 404,
    title: 'Product not found',
    help: 'No event has been recorded for this product id. A product exists from its first event on.',
  },
  'no-state-at-time': {
    status: 404,
    title: 'No state at that time',
    help: 'No event counts at the requested moment. `firstEffectiveAt` and `firstRecordedAt` say where the history of the product begins; a null `firstEffectiveAt` means that every event has been retracted.',
  },
  'version-not-found': {
    status: 404,
    title: 'Version not found',
    help: 'The product has fewer events than the requested version. `headVersion` is its latest version.',
  },
  'position-not-found': {
    status: 404,
    title: 'Position not found',
    help: 'The feed ends before the requested position: `endPosition` is its last one. A client has such a position after an older copy of the data was restored; begin again at an earlier one, or the events recorded up to there would be missed.',
  },
  'execution-not-found': {
    status: 404,
    title: 'Execution not found',
    help: 'No append was started under this name, or it ended more than 90 days ago.',
  },
  'closing-not-found': {
    status: 404,
    title: 'Closing not found',
    help: 'No closing has this id. `GET /closings` lists them.',
  },
  'route-not-found': {
    status: 404,
    title: 'Not found',
    help: 'The API has no such address. `/openapi.json` lists all routes; `/docs` shows them.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'Method not allowed',
    help: 'The `Allow` header lists the methods of this address.',
  },
  'request-timeout': {
    status: 408,
    title: 'Request timeout',
    help: 'The headers or the body did not arrive completely in time, and the connection is closed. Nothing was stored.',
  },
  'not-acceptable': {
    status: 406,
    title: 'None of the accepted media types is available',
    help: 'The `Accept` header excludes every media type that this address can return; `detail` lists them. Problems are always `application/problem+json`. Nothing was stored.',
  },
  'insufficient-stock': {
    status: 409,
    title: 'Insufficient stock',
    help: 'This append would make the stock negative at some instant, now or in the history after it. Nothing was stored. `adjustment` shows what would change, and in its `conflicts` the instants at which the stock would be negative. `remedies` say what would make a shipment fit. With `onConflict=flag` the append is stored and the shortage shown.',
  },
  'rule-broken': {
    status: 409,
    title: 'Business rule violated',
    help: 'This append would violate a rule at some instant of the history. Nothing was stored. `rule` names it, and the `conflicts` of `adjustment` list the instants.',
  },
  'event-id-reused': {
    status: 409,
    title: 'Event id already used for a different event',
    help: 'The log has an event with this id but different content. A retry has to send the same content; a new event needs its own id.',
  },
  'period-closed': {
    status: 409,
    title: 'Period closed',
    help: 'An event takes effect in a period that a closing has closed, or corrects one that does; or a closing would end before the last one. Nothing was stored. `closingId` names the closing, and `closedThrough` the last closed moment. With `onLate=carry` an event is recorded at the first open instant; with `onLate=reopen` and the scope `events:write:closed` it is recorded where it belongs, and shows in the difference of the closing.',
  },
  'closing-id-reused': {
    status: 409,
    title: 'Closing id already used',
    help: 'There is a closing of this name with another time or another name for people. A closing never changes, and its id is never used again: choose another one.',
  },
  'closing-not-last': {
    status: 409,
    title: 'Not the last closing',
    help: 'Only the last closing can be reopened. `closingId` names the one to reopen first.',
  },
  'product-full': {
    status: 409,
    title: 'Product full',
    help: 'A product has at most 10 GB of events, and this one has reached the limit. Nothing was stored, and a retry will not help: continue with another product id. The recorded events remain readable.',
  },
  'version-conflict': {
    status: 412,
    title: 'The product has changed (version conflict)',
    help: 'The current version is not the one that `If-Match` or `If-None-Match` requires. Read the state, decide again, and send the version that you read. `currentVersion` is the current version.',
  },
  'payload-too-large': {
    status: 413,
    title: 'Request body too large',
    help: 'A body has at most 64 KiB and 25 events, and the events together with what is stored and answered of them have at most 256 KiB. Nothing was stored. Split the request into several.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'Unsupported content type',
    help: 'Send `application/json`, `application/cloudevents+json` or `application/cloudevents-batch+json` in UTF-8, uncompressed.',
  },
  'expectation-failed': {
    status: 417,
    title: 'The expectation cannot be met',
    help: 'The only value of the header `Expect` is `100-continue`. Nothing was stored.',
  },
  'misdirected-request': {
    status: 421,
    title: 'Wrong host name',
    help: 'The name in `Host` is not one of this server. On a loopback address it answers to `localhost`, `127.0.0.1`, `[::1]` and the names in `ALLOWED_HOSTS`, so that no web page reaches it by a name of its own. Nothing was stored.',
  },
  'invalid-event': {
    status: 422,
    title: 'Invalid event',
    help: 'The JSON is well-formed, but an event violates its schema. `errors` names each field. Nothing was stored.',
  },
  'unknown-event-type': {
    status: 422,
    title: 'Unknown event type',
    help: '`/docs` lists the event types. Nothing was stored.',
  },
  'target-not-found': {
    status: 422,
    title: 'Target event not found',
    help: "A correction targets an event of the same product that is in the log. Corrections can't be corrected: to undo one, correct its target again; of several corrections the last one counts. Nothing was stored.",
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests',
    help: 'The client has exceeded its rate limit. Nothing was stored. Retry after `Retry-After` seconds. `RateLimit` and `RateLimit-Policy` of every response say how many requests are left.',
  },
  'headers-too-large': {
    status: 431,
    title: 'Request headers too large',
    help: 'A request has at most 100 headers of 16 KiB in total. Nothing was stored.',
  },
  'too-many-streams': {
    status: 503,
    title: 'Too many streams',
    help: 'This process already serves the maximum number of live tails, or of exports of the whole stock. Retry after `Retry-After` seconds, or read by pages.',
  },
  contention: {
    status: 503,
    title: 'Too many concurrent writes',
    help: 'Other appends to the product won every race, or too many are waiting. Nothing was stored. Retry after `Retry-After` seconds, with the same event ids.',
  },
  overloaded: {
    status: 503,
    title: 'Server overloaded',
    help: 'The server is processing as many requests as it can. Nothing was stored. Retry after `Retry-After` seconds.',
  },
  unavailable: {
    status: 503,
    title: 'Service unavailable',
    help: 'A service that the gateway depends on does not answer. An append may or may not have been stored: retry it after `Retry-After` seconds with the same event ids or the same `Idempotency-Key`, and it is stored once.',
  },
  'code-too-old': {
    status: 503,
    title: 'This code is too old for the log',
    help: 'The product has events of a type that a newer version of this software wrote, and this version can not read them, for example after a rollback. Nothing was stored. Deploy the newer version; products without such events are not affected.',
  },
  'views-behind': {
    status: 503,
    title: 'Not indexed yet',
    help: 'What is asked for is not indexed yet: the version that `atLeast` names, which was waited for, or any settled moment, or the report of a closing that is under way. The views follow the log within a second or two. Retry after `Retry-After` seconds; if it lasts, the indexer does not run, or a product is set aside.',
  },
  'internal-error': {
    status: 500,
    title: 'Internal server error',
    help: 'The fault is ours. The server log has the details under the `x-request-id` of the response.',
  },
} as const satisfies Record<string, ProblemType>;

export type ProblemSlug = keyof typeof problemTypes;

/**
 * What is wrong with an input, and its location: a parameter, a header, or a path such as
 * `[3].unitPrice.currency`.
 */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}
