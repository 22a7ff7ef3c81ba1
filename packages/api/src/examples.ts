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

/** The first example of the first type that changes stock, as stored in the log. */
function recordedEvent({ types }: Registry): Readonly<Record<string, unknown>> {
  const type = types.find(({ name }) => name === 'productReceived') ?? types[0];
  if (type === undefined) throw new Error('the registry has no event types');
  const content = eventSchema(type).parse(type.examples[0]?.event);
  const recording = { version: 1, effectiveAt, recordedAt, recordedBy: 'warehouse' };
  return { ...content, eventId: 'delivery-7', productId, ...recording };
}

/** An example response for each product operation. */
export function answerExamples(registry: Registry) {
  const event = recordedEvent(registry);
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
    state: { productId, asOf, knownAt: null, version: 1, state, lastEvent: reference },
    eventPage: { productId, events: [event], nextCursor: null },
    timelinePage: {
      productId,
      entries: [
        { effectiveAt, event: reference, state, changed: fieldNames.filter((name) => name in fields) },
      ],
      nextCursor: null,
    },
    started: { execution: 'a1b2c3', status: 'running' },
    execution: { execution: 'a1b2c3', status: 'succeeded', result: appended },
  } as const;
}

export type AnswerExamples = ReturnType<typeof answerExamples>;
