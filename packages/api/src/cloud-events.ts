import { printable, writtenMoment } from '@hindsight/domain';
import { z } from 'zod';

/** Maximum length of an attribute. */
const LONGEST = 1000;

const text = (description: string) => printable(LONGEST).meta({ description });

const optional = (description: string) => text(description).optional().meta({ description });

/** The CloudEvent attributes that are read; extensions are accepted and ignored. */
export const cloudEventAttributes = {
  specversion: z.literal('1.0'),
  id: text('Identifies the event together with `source`. The eventId is made of both: `<source>#<id>`.'),
  source: text('Where the event comes from. It is kept.'),
  type: text('The eventType; of a qualified name the last part.'),
  subject: optional('The productId.'),
  time: z
    .string()
    .meta({ ...writtenMoment, description: 'The effectiveAt.' })
    .optional(),
  datacontenttype: z
    .string()
    .regex(/^[a-z]+\/([a-z0-9!#$&^_.+-]+\+)?json( *;[ -~]*)?$/)
    .max(LONGEST)
    .optional()
    .meta({ description: 'The type of data: JSON, also if it is absent.' }),
};

/** A CloudEvent 1.0 in structured mode. */
export const cloudEvent = z
  .object({
    ...cloudEventAttributes,
    data: z.looseObject({}).meta({ description: 'The other fields of the event.' }),
  })
  .catchall(z.union([z.string(), z.number(), z.boolean()]))
  .meta({
    description:
      'A CloudEvent 1.0 in structured mode. An attribute that is null is not set. `data_base64` instead of `data` has the same JSON in base64. Data that contradicts an attribute is refused.',
  });

/** The attributes in binary mode: one header each; the body is the data. */
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
