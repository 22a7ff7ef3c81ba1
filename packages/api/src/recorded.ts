import {
  eventSchema,
  moneyFieldsOf,
  replacementSchema,
  type EventType,
  type Registry,
} from '@hindsight/domain';
import { z } from 'zod';
import { decimal, productId, time, titled, version } from './values';

/** Events as stored in the log and returned in responses: one schema for each type of the registry. */

type Shape = Record<string, z.ZodType>;

/** The fields of a type in the output of its schema, with what the log adds: that is what it stores. */
const contentOf = ({ name, schemaVersion, schema }: EventType, sent: Shape): Shape => ({
  ...sent,
  ...(moneyFieldsOf(schema).length > 0 && {
    assumedCurrency: z
      .array(z.enum(moneyFieldsOf(schema) as [string, ...string[]]))
      .min(1)
      .optional()
      .meta({ description: 'The amounts that were sent without a currency, which the log added.' }),
  }),
  eventType: z.literal(name),
  schemaVersion: z.int().min(1).max(schemaVersion),
});

/** An event of an older schema version may have had other fields. */
const objectOf = ({ schemaVersion }: EventType) => (schemaVersion === 1 ? z.strictObject : z.looseObject);

/**
 * The replacement that a correction supplies for its target: the content of a type, and optionally another
 * time.
 */
function replacement({ types }: Registry): z.ZodType {
  const contents = types
    .filter(({ kind }) => kind === 'change')
    .map((type) =>
      objectOf(type)({
        ...contentOf(type, replacementSchema(type).shape),
        effectiveAt: time.optional(),
      }),
    );
  return z.union(contents).meta({ id: 'Replacement', description: 'What the target counts as since.' });
}

const variance = decimal.optional().meta({
  description:
    'What a count found: counted minus expected. In effective order as known now, else as known when it was recorded.',
});

const shapeOf = (type: EventType, replaces: z.ZodType): Shape => ({
  ...contentOf(type, eventSchema(type).shape),
  ...(type.kind === 'correction' && type.replaces && { replacement: replaces }),
  ...(type.kind === 'change' && type.findings !== undefined && { variance }),
  eventId: z.string(),
  eventCategory: z.literal('inventory'),
  productId,
  version,
  effectiveAt: time,
  recordedAt: time,
  carriedFrom: time.optional().meta({
    description:
      'The effective time that it was sent with: that was in a closed period, and it was carried to the first open instant.',
  }),
  recordedBy: z.string().meta({
    description:
      'Who recorded it: the name of the token, the subject of the JWT, the IAM principal, the rule of the event bus, `import`, or `anonymous`.',
  }),
});

const correctedBy = z
  .strictObject({
    eventId: z.string(),
    version,
    recordedAt: time,
    recordedBy: z.string(),
    reason: z.string().optional().meta({ description: 'Absent if the correction gave none.' }),
  })
  .meta({ id: 'CorrectedBy', description: 'The correction by which an event counts as it does.' });

/** The schemas of events in answers. */
export interface RecordedEvents {
  /** An event as it was recorded. */
  readonly recorded: z.ZodType;
  /** An event that counts otherwise than it was recorded. */
  readonly corrected: z.ZodType;
  /** An event of a type that is not registered. */
  readonly unknown: z.ZodType;
  /** The fields that say that an event was corrected; absent if it was not. */
  readonly correction: Shape;
}

export function recordedEvents(registry: Registry): RecordedEvents {
  const replaces = replacement(registry);
  const all = registry.types.map((type) => {
    const recorded = objectOf(type)(shapeOf(type, replaces));
    const { name, summary: description } = type;
    return { type, recorded: recorded.meta({ id: `Recorded${titled(name)}`, description }) };
  });
  const recorded = z.union(all.map((one) => one.recorded)).meta({
    id: 'RecordedEvent',
    description: 'A recorded event; eventType determines which fields it has.',
  });
  const unknown = z
    .looseObject({
      ...{ eventId: z.string(), productId, version, effectiveAt: time, recordedAt: time },
      eventType: z.string().meta({ not: { enum: registry.types.map(({ name }) => name) } }),
      recordedBy: z.string(),
    })
    .meta({
      id: 'UnknownEvent',
      description: 'An event of a type that only newer code knows, as stored.',
    });
  const original = recorded.meta({ description: 'The event as it was recorded.' });
  const corrected = all
    .filter(({ type }) => type.kind === 'change')
    .map(({ type }) =>
      objectOf(type)({ ...shapeOf(type, replaces), correctedBy, original }).meta({
        id: `Corrected${titled(type.name)}`,
        description: type.summary,
      }),
    );
  return {
    recorded,
    unknown,
    corrected: z.union(corrected).meta({
      id: 'CorrectedEvent',
      description: 'An event that was corrected, as it counts; only in effective order.',
    }),
    correction: { correctedBy: correctedBy.optional(), original: original.optional() },
  };
}
