import { z } from 'zod';

const text = (description: string) =>
  z.string({ error: 'must be a string' }).min(1, { error: 'must not be empty' }).meta({ description });

const optional = (description: string) => text(description).optional().meta({ description });

/** The attributes of a CloudEvent that mean something here; extensions are let through, and mean nothing. */
export const cloudEventAttributes = {
  specversion: z.literal('1.0', { error: 'must be "1.0", the version of CloudEvents that is read here' }),
  id: text('The eventId.'),
  source: text('Where it comes from; not kept.'),
  type: text('The eventType; of a qualified name the last part.'),
  subject: optional('The productId.'),
  time: optional('The effectiveAt.'),
  datacontenttype: z
    .string()
    .regex(/^application\/json(;.*)?$/, { error: 'must be application/json' })
    .optional()
    .meta({ description: 'The type of data: JSON, also where it is absent.' }),
};

/** A CloudEvent 1.0 in structured mode. */
export const cloudEvent = z
  .looseObject({
    ...cloudEventAttributes,
    data: z
      .looseObject({}, { error: 'must be an object: the other fields of the event' })
      .meta({ description: 'The other fields of the event.' }),
  })
  .meta({ description: 'A CloudEvent 1.0 in structured mode.' });

/** The attributes in binary mode: one header each, and data is the body. */
export const cloudEventHeaders = z.object(
  Object.fromEntries(
    Object.entries(cloudEventAttributes)
      .filter(([name]) => name !== 'datacontenttype')
      .map(([name, schema]) => [
        `ce-${name}`,
        z.optional(schema).meta({
          description: `CloudEvents 1.0, binary mode: ${schema.description ?? 'the version of CloudEvents.'}`,
        }),
      ]),
  ),
);
