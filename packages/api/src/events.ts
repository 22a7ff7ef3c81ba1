import { eventSchema, oneOfThese, replacementSchema, type EventType, type Registry } from '@hindsight/domain';
import { z } from 'zod';
import { cloudEvent, cloudEventAttributes } from './cloud-events';
import { productId, titled } from './values';

/** What a client may send for one event type. */
type Input = (type: EventType) => ReturnType<typeof eventSchema>;

/** Descriptions of the fields of every event. */
const MEANINGS: Readonly<Record<string, string>> = {
  eventId:
    'Identifies the event, for ever: sent again with the same content it is stored once. Absent: made from `Idempotency-Key`, or by the server.',
  eventCategory: 'A constant.',
  productId: 'The product; equal to the one in the address.',
  effectiveAt: 'When it happened, RFC 3339 with an offset. Absent: when it is recorded.',
  schemaVersion: 'The version of the schema of the type.',
  correlationId: 'Links events of one business transaction.',
  causationId: 'What caused the event.',
  reason: 'Why, for people.',
};

function described(schema: ReturnType<typeof eventSchema>): ReturnType<typeof eventSchema> {
  const meanings = Object.entries(MEANINGS).flatMap(([name, description]) => {
    const field = (schema.shape as Readonly<Record<string, z.ZodType | undefined>>)[name];
    return field === undefined ? [] : [[name, field.meta({ description })] as const];
  });
  return schema.extend(Object.fromEntries(meanings)) as typeof schema;
}

/** A correction's replacement must be of a type that changes the state. */
function inputsOf({ types }: Registry): Input {
  const contents = types
    .filter(({ kind }) => kind === 'change')
    .map((type) => replacementSchema(type).meta(oneOfThese(type)));
  const replacement = z
    .union(contents)
    .meta({ id: 'ReplacementInput', description: 'What the target counts as instead.' });
  return (type) => {
    const schema = described(eventSchema(type));
    return type.kind === 'correction' && type.replaces ? schema.extend({ replacement }) : schema;
  };
}

const BATCH = 25;

/**
 * Event fields for which CloudEvents have attributes. In `data`, they could only contradict the attributes.
 */
const ATTRIBUTES: readonly string[] = ['eventId', 'eventType', 'productId', 'effectiveAt', 'source'];

/** A CloudEvent for each type: its name is outside `data`, the other fields are inside. */
function cloudEventOf({ types }: Registry, input: Input) {
  const { type: name, subject } = cloudEventAttributes;
  const data = (type: EventType) => {
    const { shape } = input(type);
    const fields = Object.entries(shape).filter(([field]) => !ATTRIBUTES.includes(field));
    return z.strictObject(Object.fromEntries(fields));
  };
  const ofTypes = types.map((type) =>
    cloudEvent
      .extend({
        type: name.meta({
          pattern: String.raw`^([^\x00-\x1f\x7f-\x9f\u2028\u2029]*\.)?${type.name}$`,
          examples: [type.name],
        }),
        subject: productId.optional().meta({ description: subject.description }),
        data: data(type).meta(oneOfThese(type)),
      })
      .meta({ id: `CloudEvent${titled(type.name)}`, description: type.summary }),
  );
  return z.union(ofTypes).meta({ id: 'CloudEvent', description: 'A CloudEvent 1.0 in structured mode.' });
}

/** The body of an append: one or more events, flat or in one of the two envelopes. */
export function appendBodies(registry: Registry) {
  const { types } = registry;
  const input = inputsOf(registry);
  if (types.length === 0) throw new Error('the registry has no event types');
  const event = z
    .union(
      types.map((type) =>
        input(type).meta({ id: titled(type.name), description: type.summary, ...oneOfThese(type) }),
      ),
    )
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
  const cloud = cloudEventOf(registry, input);
  return {
    json: z.union([event, batch, envelope]),
    cloudEvent: cloud,
    cloudEvents: z.array(cloud).min(1).max(BATCH),
    act: actBodies(event, cloud),
  };
}

/** The body of an act: each event names its product. */
function actBodies(event: z.ZodType, cloud: z.ZodType) {
  const named = z
    .intersection(event, z.looseObject({ productId }))
    .meta({ id: 'EventOfProduct', description: 'An event that names its product.' });
  const envelope = z
    .looseObject({
      version: z.string().optional(),
      id: z.string().optional(),
      detail: z.looseObject({ ProductEvent: named }),
    })
    .meta({ id: 'EventBridgeEnvelopeOfProduct', description: 'An event as EventBridge delivers it.' });
  const namedCloud = z
    .intersection(cloud, z.looseObject({ subject: productId }))
    .meta({ id: 'CloudEventOfProduct', description: 'A CloudEvent whose subject is the product.' });
  const events = z
    .array(z.union([named, envelope]))
    .min(1)
    .max(BATCH)
    .meta({ description: 'Events of up to 10 products. All of them are stored, or none.' });
  return {
    json: z.union([events, named, envelope]),
    cloudEvent: namedCloud,
    cloudEvents: z.array(namedCloud).min(1).max(BATCH),
  };
}

export interface NamedExample {
  readonly summary: string;
  readonly value: unknown;
}

/** The examples of every type, as valid request bodies. */
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

/** A transfer: a shipment of one product and a receipt of another, or what comes first in this registry. */
export function actExamples({ types }: Registry): Record<string, NamedExample> {
  const changes = types.filter(({ kind }) => kind === 'change');
  const named = ['productShipped', 'productReceived'].flatMap(
    (name) => changes.find((type) => type.name === name) ?? [],
  );
  const [from, to] = named.length === 2 ? named : [changes[0], changes[0]];
  const partOf = (type: EventType | undefined, product: string) => {
    const event = type?.examples[0]?.event ?? {};
    const quantity = 'quantity' in event && { quantity: '50' };
    return { ...event, ...quantity, eventId: 'transfer-12', productId: product };
  };
  return {
    transfer: {
      summary: 'a transfer between two locations',
      value: [partOf(from, 'lamp@warehouse'), partOf(to, 'lamp@shop')],
    },
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
