import { z } from 'zod';
import type { CreateDocumentOptions } from 'zod-openapi';

type Override = Extract<NonNullable<CreateDocumentOptions['override']>, (context: never) => void>;
type JsonSchema = Record<string, unknown>;

interface Form {
  readonly accepts: readonly unknown[];
  readonly refuses: readonly unknown[];
  readonly schema: JsonSchema;
}

/** Forms of input that a schema reads by code, which a JSON schema can't be derived from: told by what it takes. */
const FORMS: readonly Form[] = [
  {
    accepts: ['$4', 4, { amount: '4', currency: 'USD' }],
    refuses: [true],
    schema: {
      description: 'Money. Without a currency it is US dollars.',
      anyOf: [
        { type: ['string', 'number'] },
        {
          type: 'object',
          properties: {
            amount: { type: ['string', 'number'] },
            currency: { type: 'string', description: 'ISO 4217.' },
          },
          required: ['amount', 'currency'],
          additionalProperties: false,
        },
      ],
      examples: ['$4', { amount: '4.25', currency: 'EUR' }],
    },
  },
  {
    accepts: [{ key: 'text' }],
    refuses: [{ key: 1 }, 'text', true],
    schema: {
      type: 'object',
      additionalProperties: { type: 'string' },
      description: 'A flat object of strings, at most 2 KiB.',
    },
  },
  {
    accepts: ['2026-11-23T09:30:00+01:00'],
    refuses: ['yesterday', 1],
    schema: {
      type: 'string',
      format: 'date-time',
      description: 'RFC 3339 with an offset.',
      examples: ['2026-11-23T09:30:00Z'],
    },
  },
  {
    accepts: ['1', 1],
    refuses: ['one', true],
    schema: {
      type: ['string', 'number'],
      description: 'An exact decimal with at most 6 places.',
      examples: ['150', '0.5'],
    },
  },
];

/** Fills in what could not be derived of the schemas of event types. */
export const describeInput: Override = ({ jsonSchema, zodSchema, io }) => {
  const target: JsonSchema = jsonSchema;
  if (io !== 'input' || '$ref' in target || 'properties' in target || 'enum' in target || 'const' in target)
    return;
  const takes = (value: unknown): boolean => z.safeParse(zodSchema, value).success;
  const form = FORMS.find(({ accepts, refuses }) => accepts.every(takes) && !refuses.some(takes));
  if (form !== undefined) Object.assign(target, form.schema);
};
