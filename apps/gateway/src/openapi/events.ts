import { eventSchema, type EventType, type Registry } from '@hindsight/domain';
import { z } from 'zod';
import { cloudEvent } from './cloud-events';

const titled = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What a client may send for one type, under the type's own name. */
const inputOf = (type: EventType) =>
  eventSchema(type).meta({ id: titled(type.name), description: type.summary });

const BATCH = 25;

/** A body of an append: one event or several, flat or in one of the two envelopes. */
export function appendBodies({ types }: Registry) {
  const [first, ...rest] = types.map(inputOf);
  if (first === undefined) throw new Error('the registry has no event types');
  const event = z
    .union([first, ...rest])
    .meta({ id: 'Event', description: 'The fields besides eventType depend on the type.' });
  const envelope = z
    .looseObject({
      version: z.string().optional(),
      id: z.string().optional(),
      detail: z.looseObject({ ProductEvent: event }),
    })
    .meta({ id: 'EventBridgeEnvelope', description: 'An event as EventBridge delivers it.' });
  const batch = z
    .array(z.union([event, envelope]))
    .min(1)
    .max(BATCH)
    .meta({ description: 'All of them are stored, or none.' });
  return {
    json: z.union([event, batch, envelope]),
    cloudEvent,
    cloudEvents: z.array(cloudEvent).min(1).max(BATCH),
  };
}

export interface NamedExample {
  readonly summary: string;
  readonly value: unknown;
}

/** The examples of every type, as bodies that can be sent. */
export function appendExamples({ types }: Registry): Record<string, NamedExample> {
  const entries = types.flatMap(({ name, examples }) =>
    examples.map(
      ({ title, event }, index) =>
        [`${name}${index + 1}`, { summary: `${name}: ${title}`, value: event }] as const,
    ),
  );
  const changes = types
    .filter(({ kind }) => kind === 'change')
    .flatMap(({ examples }) => examples.slice(0, 1));
  const [first] = changes;
  return {
    ...Object.fromEntries(entries),
    batch: { summary: 'several events at once', value: changes.slice(0, 2).map(({ event }) => event) },
    ...(first && {
      envelope: {
        summary: 'an EventBridge envelope',
        value: {
          version: '0',
          id: 'cea70530-641d-9b53-1146-44c075c6ff77',
          detail: { ProductEvent: first.event },
        },
      },
    }),
  };
}

/** The first example of the first type that changes stock, as a CloudEvent. */
export function cloudEventExample({ types }: Registry): unknown {
  const { eventType, ...data } = types.find(({ kind }) => kind === 'change')?.examples[0]?.event ?? {};
  return {
    specversion: '1.0',
    id: 'delivery-7',
    source: '/warehouse/3',
    type: eventType,
    time: '2026-11-17T08:00:00Z',
    data,
  };
}
