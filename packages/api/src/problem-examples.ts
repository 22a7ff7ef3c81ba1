import { problemTypes, type ProblemSlug } from './problems';

/** Example `detail` and members of problems for the document; absent: the title suffices. */
const examples: Readonly<Partial<Record<ProblemSlug, Readonly<Record<string, unknown>>>>> = {
  'malformed-request': {
    detail: 'as_of is not a query parameter here; did you mean asOf?',
    errors: [{ path: 'as_of', message: 'is not a query parameter here; did you mean asOf?' }],
  },
  unauthenticated: { detail: 'send a token: Authorization: Bearer …' },
  'insufficient-scope': { detail: 'this needs the scope events:write' },
  'late-events-not-allowed': { detail: 'event shipment-9 takes effect at 2026-10-01T08:00:00.000Z' },
  'product-not-found': { detail: 'nothing is recorded for product lamp' },
  'no-state-at-time': {
    detail: 'product lamp has no state at 2026-11-16T00:00:00.000Z',
    firstEffectiveAt: '2026-11-17T08:00:00.000Z',
    firstRecordedAt: '2026-11-17T08:00:02.117Z',
  },
  'version-not-found': { detail: 'product lamp has 3 versions', headVersion: 3 },
  'position-not-found': { detail: 'position 13.0 is after the end of the feed, 12.3', endPosition: '12.3' },
  'execution-not-found': { detail: 'there is no execution of this name' },
  'not-acceptable': { detail: 'this address answers with application/json' },
  'insufficient-stock': {
    detail: 'stock would be short by 20 at 2026-11-18T15:00:00.000Z',
    rule: 'insufficient-stock',
    remedies: {
      possibleFrom: '2026-11-20T09:00:00.000Z',
      fits: '80',
      needs: { quantity: '20', by: '2026-11-18T15:00:00.000Z' },
    },
  },
  'rule-broken': { detail: 'a rule would be violated', rule: 'at-most' },
  'event-id-reused': {
    detail: 'event id shipment-1 is taken by an event with other content',
    eventId: 'shipment-1',
    version: 2,
  },
  'period-closed': {
    detail:
      'event shipment-9 takes effect at 2026-10-30T08:00:00.000Z, and closing 2026-10 has closed everything through 2026-10-31T22:59:59.999Z',
    eventId: 'shipment-9',
    closingId: '2026-10',
    closedThrough: '2026-10-31T22:59:59.999Z',
  },
  'closing-not-found': { detail: 'there is no closing 2026-10' },
  'closing-id-reused': { detail: 'closing 2026-10 has closed everything through 2026-10-31T22:59:59.999Z' },
  'closing-not-last': { detail: 'closing 2026-11 is the last one', closingId: '2026-11' },
  'code-too-old': {
    detail: 'the log has an event of type productReserved, which this code is too old to read',
  },
  'product-full': { detail: 'product lamp has no room for more events' },
  'version-conflict': { detail: 'the head is version 3', currentVersion: 3 },
  'payload-too-large': { detail: 'a body has at most 65536 bytes' },
  'unsupported-media-type': { detail: 'send application/json' },
  'invalid-event': {
    detail: 'quantity must be greater than 0',
    errors: [{ path: 'quantity', message: 'must be greater than 0' }],
  },
  'unknown-event-type': {
    detail: 'eventType must be one of productReceived, productShipped',
    errors: [{ path: 'eventType', message: 'must be one of productReceived, productShipped' }],
  },
  'target-not-found': {
    detail: "event delivery-1 is not in this log, so it can't be corrected",
    index: 0,
    targetEventId: 'delivery-1',
  },
  'too-many-requests': { detail: 'more than 600 requests in a minute' },
  contention: { detail: 'other appends to this product were faster' },
  'views-behind': { detail: 'version 3 of product lamp is not indexed yet' },
  unavailable: { detail: 'it is not known whether the events were stored; retry with the same event ids' },
};

/** Problem details of one type, as a client may receive them. */
export function problemExample(slug: ProblemSlug): Readonly<Record<string, unknown>> {
  const { status, title } = problemTypes[slug];
  return { type: `/problems/${slug}`, title, status, detail: title, ...examples[slug] };
}
