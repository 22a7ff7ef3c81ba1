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

/** ISO 4217's code for no currency: of an amount that was sent without one, until the log adds it. No client sends it. */
export const NO_CURRENCY = 'XXX';
/** The currency of amounts without one, of products without a price, in deployments that name no other. */
export const USD = 'USD';

const CODES = Intl.supportedValuesOf('currency');
const CURRENCIES: ReadonlySet<string> = new Set(CODES);
const SIGNS: Readonly<Record<string, string>> = { $: 'USD', '€': 'EUR', '£': 'GBP' };

export const isCurrency = (code: string): boolean => CURRENCIES.has(code);

const ISO_4217 = 'must be an ISO 4217 code, such as "USD"';
const currency = z.string({ error: ISO_4217 }).refine(isCurrency, { error: ISO_4217 });

/** The amount and the currency in a text such as `$4`, `€4.50` or `4.50 EUR`. */
function partsOf(text: string): { readonly amount: string; readonly currency: string } {
  const sign = SIGNS[text.charAt(0)];
  if (sign !== undefined) return { amount: text.slice(1), currency: sign };
  const [, amount, code] = /^(.*\S) ?([A-Z]{3})$/s.exec(text) ?? [];
  return code !== undefined && amount !== undefined && isCurrency(code)
    ? { amount, currency: code }
    : { amount: text, currency: NO_CURRENCY };
}

const amount = z
  .union([z.string(), z.number()], {
    error: 'must be an amount such as "4", "$4", "4.50 EUR" or {"amount":"4","currency":"USD"}',
  })
  .transform((input) =>
    typeof input === 'string' ? partsOf(input) : { amount: input, currency: NO_CURRENCY },
  )
  .transform((parts, context): Money => {
    const parsed = quantity.safeParse(parts.amount);
    if (parsed.success) return { amount: parsed.data, currency: parts.currency };
    for (const { message } of parsed.error.issues)
      context.issues.push({ code: 'custom', message, input: parts });
    return z.NEVER;
  });
const exact = z.strictObject({ amount: quantity, currency: currency.default(NO_CURRENCY) });

/** The errors of an amount's parts, each reported at its part. */
function inPlainWords(issue: z.core.$ZodIssue): { path: PropertyKey[]; message: string }[] {
  const { path, input, message } = issue;
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: [...path, key], message: 'is not a part of an amount' }));
  return [{ path: [...path], message: input === undefined ? 'is required' : message }];
}

const forms = quantityForms();

const text = (schema: ReturnType<typeof quantityForms>['text'], examples: readonly string[]) => ({
  ...{ type: 'string', ...schema, examples },
});

/** The JSON schema of `money`. The code above gives better error messages than a union of schemas would. */
const writtenMoney = {
  id: 'MoneyInput',
  description:
    'Money. Without a currency, it has the currency of the product, else that of the deployment (by default US dollars).',
  anyOf: [
    text(quantityForms('[$€£]?').text, ['$4', '€4.50', '4.25']),
    text(quantityForms('', ` ?(${CODES.join('|')})`).text, ['4.50 EUR']),
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
        currency: { type: 'string', enum: CODES, description: 'ISO 4217.' },
      },
      required: ['amount'],
      additionalProperties: false,
    },
  ],
  examples: ['$4', '4.50 EUR', { amount: '4.25', currency: 'EUR' }],
};

/**
 * Money as clients write it (`"$4"`, `4`, `"4"`, `"4.50 EUR"`, `{"amount":"4","currency":"USD"}`); always read as the
 * last. If no currency was sent, it is NO_CURRENCY, which the log replaces.
 */
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

/** Whether a field is an amount of money, also if it is optional or nullable. */
function isMoneyField(field: z.core.$ZodType): boolean {
  const { innerType } = field._zod.def as { readonly innerType?: z.core.$ZodType };
  return field === money || (innerType !== undefined && isMoneyField(innerType));
}

/** The fields of a type that are amounts of money. */
export const moneyFieldsOf = ({ shape }: z.ZodObject): readonly string[] =>
  Object.entries<z.core.$ZodType>(shape).flatMap(([name, field]) => (isMoneyField(field) ? [name] : []));
