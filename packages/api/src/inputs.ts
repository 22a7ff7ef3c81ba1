import { z } from 'zod';
import type { CreateDocumentOptions } from 'zod-openapi';

type Override = Extract<NonNullable<CreateDocumentOptions['override']>, (context: never) => void>;
type JsonSchema = Record<string, unknown>;

interface Form {
  readonly accepts: readonly unknown[];
  readonly refuses: readonly unknown[];
  readonly schema: JsonSchema;
}

/** Longer ones are refused unread; what is too large or too fine for a quantity, too. */
const NUMBER = String.raw`(\d{1,40}(\.\d{0,40})?|\.\d{1,40})([eE][+-]?\d{1,2})?$`;

const AMOUNT = {
  anyOf: [{ type: 'string', pattern: `^[+-]?${NUMBER}`, examples: ['4.25'] }, { type: 'number' }],
};

/** Forms of input that a schema reads by code, which a JSON schema can't be derived from: told by what it takes. */
const FORMS: readonly Form[] = [
  {
    accepts: ['$4', 4, { amount: '4', currency: 'USD' }],
    refuses: [true],
    schema: {
      description: 'Money. Without a currency it is US dollars.',
      anyOf: [
        { type: 'string', pattern: String.raw`^\$?[+-]?${NUMBER}`, examples: ['$4', '4.25'] },
        { type: 'number' },
        {
          type: 'object',
          properties: {
            amount: AMOUNT,
            currency: {
              type: 'string',
              pattern: '^[A-Z]{3}$',
              description: 'ISO 4217.',
              examples: ['EUR', 'USD', 'JPY'],
            },
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
      anyOf: [{ type: 'string', pattern: `^[+-]?${NUMBER}` }, { type: 'number' }],
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
