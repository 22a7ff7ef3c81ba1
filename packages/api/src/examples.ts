import { eventSchema, fieldNames, type Registry } from '@hindsight/domain';

/** Example responses in the document, all about one product, the lamp. */

const productId = 'lamp';
const effectiveAt = '2026-11-17T08:00:00.000Z';
const recordedAt = '2026-11-17T08:00:02.117Z';
const asOf = '2026-11-23T09:30:00.000Z';

const fields: Readonly<Record<string, unknown>> = {
  quantity: '150',
  unitPrice: { amount: '4', currency: 'USD' },
  color: 'blk',
  size: '4.3 lbs',
  status: 'available',
};

const state = { productId, ...Object.fromEntries(fieldNames.map((name) => [name, fields[name] ?? null])) };

const closing = {
  ...{ closingId: '2026-10', name: 'October', asOf: '2026-10-31T22:59:59.999Z', status: 'closed' },
  ...{ begunAt: '2026-11-05T09:00:00.000Z', begunBy: 'accounting' },
  ...{ knownAt: '2026-11-05T09:00:06.000Z', products: 1, closedAt: '2026-11-05T09:00:12.000Z' },
  ...{ reopenedAt: null, reopenedBy: null },
};

type RecordedExample = Readonly<Record<string, unknown>> & { readonly quantity?: unknown };

/** The first example of a type (of the first one, if this deployment lacks it), as stored in the log. */
function recordedEvent({ types }: Registry, name: string): RecordedExample {
  const type = types.find((one) => one.name === name) ?? types[0];
  if (type === undefined) throw new Error('the registry has no event types');
  const content = eventSchema(type).parse(type.examples[0]?.event);
  const recording = { version: 1, effectiveAt, recordedAt, recordedBy: 'warehouse' };
  return { ...content, eventId: 'delivery-7', productId, ...recording };
}

/** What an act answers: a transfer of 50 from a warehouse, which had 150, to a shop, which had none. */
function actedExample(registry: Registry) {
  const sides = [
    { product: 'lamp@warehouse', type: 'productShipped', version: 2, left: '100' },
    { product: 'lamp@shop', type: 'productReceived', version: 1, left: '50' },
  ];
  const results = sides.map(({ product, type, version, left }) => {
    const event = recordedEvent(registry, type);
    const quantity = event.quantity !== undefined && { quantity: '50' };
    const names = { eventId: 'transfer-12', productId: product, version };
    const events = [{ ...event, ...quantity, ...names }];
    return { productId: product, version, events, state: { ...state, productId: product, quantity: left } };
  });
  return { results };
}

/** Why a number is what it is, and how late its events come. */
function explanationExamples(event: RecordedExample) {
  const changed = fieldNames.filter((name) => name in fields);
  const contributions = [{ event, change: '150', changed }];
  const stockDiff = {
    ...{ asOf, from: effectiveAt, to: asOf, settled: false },
    products: [
      {
        ...{ productId, from: { version: 0, state: null }, to: { version: 1, state }, change: '150' },
        changed,
        contributions,
        rest: null,
      },
    ],
    nextCursor: null,
  };
  return {
    explanation: {
      ...{ productId, asOf, knownAt: null, settled: false, version: 1 },
      ...{ quantity: '150', unit: null, opening: '0' },
      lines: [{ event, change: '150', balance: '150', lateSeconds: 2.117 }],
      nextCursor: null,
    },
    map: {
      ...{ productId, asOf: [effectiveAt, asOf], knownAt: [asOf], settled: false },
      ...{ quantities: [['150', '150']], requests: 4 },
    },
    diff: {
      ...{ productId, asOf, from: { version: 0, state: null }, to: { version: 1, state } },
      ...{ settled: false, change: '150' },
      contributions,
      nextCursor: null,
    },
    lateness: {
      ...{ productId, version: 1, fromVersion: 1 },
      all: { events: 1, late: 1, p50: 2.117, p90: 2.117, p99: 2.117, max: 2.117 },
      byType: { productReceived: { events: 1, late: 1, p50: 2.117, p90: 2.117, p99: 2.117, max: 2.117 } },
      moved: [{ after: 1, days: 5, moved: 0, p50: '0', p90: '0', p99: '0', max: '0' }],
    },
    stockDiff,
    closingDiff: { closingId: '2026-10', against: 'now', ...stockDiff },
  };
}

/** An example response for each product operation. */
export function answerExamples(registry: Registry) {
  const event = recordedEvent(registry, 'productReceived');
  const reference = {
    eventId: 'delivery-7',
    eventType: event['eventType'],
    version: 1,
    effectiveAt,
    recordedAt,
    recordedBy: 'warehouse',
  };
  const appended = { productId, version: 1, events: [event], state };
  return {
    appended,
    acted: actedExample(registry),
    state: { productId, asOf, knownAt: null, settled: false, version: 1, state, lastEvent: reference },
    eventPage: { productId, settled: false, events: [event], nextCursor: null },
    timelinePage: {
      productId,
      settled: false,
      entries: [
        { effectiveAt, event: reference, state, changed: fieldNames.filter((name) => name in fields) },
      ],
      nextCursor: null,
    },
    productPage: {
      products: [
        {
          ...{ productId, version: 1, state, firstEffectiveAt: effectiveAt, lastEffectiveAt: effectiveAt },
          ...{ changedAt: recordedAt, lateEvents: false, nextEffectiveAt: null },
        },
      ],
      nextCursor: null,
    },
    stockPage: {
      ...{ asOf, knownAt: asOf, settled: false },
      products: [{ productId, version: 1, state, lastEffectiveAt: effectiveAt }],
      nextCursor: null,
    },
    closing,
    closings: { closings: [closing], closedThrough: closing.asOf },
    closingReport: {
      closing,
      products: [{ productId, version: 1, state, lastEffectiveAt: effectiveAt }],
      nextCursor: null,
    },
    feedPage: { entries: [{ position: '1.1', event, state }], nextCursor: '2.0', hasMore: false },
    ...explanationExamples(event),
    started: { execution: 'a1b2c3', status: 'running' },
    execution: { execution: 'a1b2c3', status: 'succeeded', result: appended },
  } as const;
}

export type AnswerExamples = ReturnType<typeof answerExamples>;
