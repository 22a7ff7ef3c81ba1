import * as z from 'zod';
import { decimalText, exactDecimals, quantity, quantityForms } from './decimal';

/** An exact amount of money as states and answers hold it: canonical decimal and ISO 4217 code. */
export const moneyValue = z
  .strictObject({
    amount: decimalText,
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .meta({ description: 'ISO 4217.', examples: ['USD'] }),
  })
  .meta({ id: 'Money', description: 'An exact amount of money.' });

export type Money = z.output<typeof moneyValue>;

/** Plain numbers and `$4` are dollars: the sample's events carry no other currency. */
const DEFAULT_CURRENCY = 'USD';
const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

const ISO_4217 = 'must be an ISO 4217 code, such as "USD"';
const currency = z.string({ error: ISO_4217 }).refine((code) => CURRENCIES.has(code), { error: ISO_4217 });
const amount = z
  .union([z.string(), z.number()], {
    error: 'must be an amount such as "4", "$4" or {"amount":"4","currency":"USD"}',
  })
  .transform((input) => (typeof input === 'string' && input.startsWith('$') ? input.slice(1) : input))
  .pipe(quantity)
  .transform((value): Money => ({ amount: value, currency: DEFAULT_CURRENCY }));
const exact = z.strictObject({ amount: quantity, currency });

/** The errors of an amount's parts, each reported at its part. */
function inPlainWords(issue: z.core.$ZodIssue): { path: PropertyKey[]; message: string }[] {
  const { path, input, message } = issue;
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: [...path, key], message: 'is not a part of an amount' }));
  return [{ path: [...path], message: input === undefined ? 'is required' : message }];
}

const forms = quantityForms();

/** The JSON schema of `money`. The code below gives better error messages than a union of schemas would. */
const writtenMoney = {
  id: 'MoneyInput',
  description: 'Money. Without a currency it is US dollars.',
  anyOf: [
    { type: 'string', ...quantityForms(String.raw`\$?`).text, examples: ['$4', '4.25'] },
    { type: 'number', ...forms.number },
    {
      type: 'object',
      properties: {
        amount: {
          anyOf: [
            { type: 'string', ...forms.text },
            { type: 'number', ...forms.number },
          ],
        },
        currency: { type: 'string', enum: [...CURRENCIES], description: 'ISO 4217.' },
      },
      required: ['amount', 'currency'],
      additionalProperties: false,
    },
  ],
  examples: ['$4', { amount: '4.25', currency: 'EUR' }],
};

/** Money as clients write it (`"$4"`, `4`, `"4"`, `{"amount":"4","currency":"USD"}`); always read as the last. */
export const money = z
  .unknown()
  .meta(writtenMoney)
  .transform((input, context): Money => {
    const isObject = typeof input === 'object' && input !== null && !Array.isArray(input);
    const parsed = (isObject ? exact : amount).safeParse(input, { reportInput: true });
    if (parsed.success) return parsed.data;
    for (const { path, message } of parsed.error.issues.flatMap(inPlainWords))
      context.issues.push({ code: 'custom', path, message, input });
    return z.NEVER;
  })
  .pipe(moneyValue)
  .register(exactDecimals, { exact: true });
