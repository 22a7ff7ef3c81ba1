import * as z from 'zod';
import { quantity } from './decimal';
import type { Money } from './types';

/** Plain numbers and `$4` are dollars: the sample's events carry no other currency. */
const DEFAULT_CURRENCY = 'USD';
const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

const currency = z
  .string()
  .refine((code) => CURRENCIES.has(code), { error: 'must be an ISO 4217 code, such as "USD"' });
const amount = z
  .union([z.string(), z.number()], {
    error: 'must be an amount such as "4", "$4" or {"amount":"4","currency":"USD"}',
  })
  .transform((input) => (typeof input === 'string' && input.startsWith('$') ? input.slice(1) : input))
  .pipe(quantity)
  .transform((value): Money => ({ amount: value, currency: DEFAULT_CURRENCY }));
const exact = z.strictObject({ amount: quantity, currency });

/** Money as clients write it (`"$4"`, `4`, `"4"`, `{"amount":"4","currency":"USD"}`); always read as the last. */
export const money = z.unknown().transform((input, context): Money => {
  const parsed = (typeof input === 'object' && input !== null ? exact : amount).safeParse(input);
  if (parsed.success) return parsed.data;
  for (const { path, message } of parsed.error.issues)
    context.issues.push({ code: 'custom', path: [...path], message, input });
  return z.NEVER;
});
