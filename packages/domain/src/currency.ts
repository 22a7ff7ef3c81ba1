import type { EventType } from './event-type';
import { moneyFieldsOf, NO_CURRENCY, type Money } from './money';
import type { ProductState } from './state';
import type { ChangeContent } from './types';

/*
 * Amounts without a currency. A sender may leave the currency out: then it is the product's, or else the deployment's.
 * Only the log can know the product's, at the moment at which it records the event. It stores the currency with the
 * event, so that history never depends on a setting or on what is recorded later, and it stores which currencies it
 * added. Without these, the event is what its sender sent, and what a repetition is compared with.
 */

type TypeOf = (name: string) => EventType | undefined;
type Latest = Pick<ProductState, 'unitPrice'> | null;

/** The amounts of an event, by the names of their fields. */
function amountsIn(typeOf: TypeOf, content: ChangeContent): [name: string, value: Money][] {
  const type = typeOf(content.eventType);
  return (type === undefined ? [] : moneyFieldsOf(type.schema)).flatMap((name): [string, Money][] => {
    // Null clears an attribute.
    const value = content[name] as Money | null | undefined;
    return value ? [[name, value]] : [];
  });
}

const replacementOf = (content: ChangeContent): ChangeContent | undefined =>
  content['replacement'] as ChangeContent | undefined;

function withCurrency<T extends ChangeContent>(typeOf: TypeOf, content: T, currency: string): T {
  const replacement = replacementOf(content);
  const open = amountsIn(typeOf, content).filter(([, value]) => value.currency === NO_CURRENCY);
  if (open.length === 0 && replacement === undefined) return content;
  return {
    ...content,
    ...Object.fromEntries(open.map(([name, { amount }]) => [name, { amount, currency }])),
    ...(open.length > 0 && { assumedCurrency: open.map(([name]) => name) }),
    ...(replacement && { replacement: withCurrency(typeOf, replacement, currency) }),
  };
}

/** The event as it was sent: without the currencies that the log added. */
export function asSent<T extends ChangeContent>(content: T): T {
  const { assumedCurrency, ...rest } = content as T & { readonly assumedCurrency?: readonly string[] };
  const replacement = replacementOf(content);
  if (assumedCurrency === undefined && replacement === undefined) return content;
  const open = (assumedCurrency ?? []).map((name) => {
    const { amount } = content[name] as Money;
    return [name, { amount, currency: NO_CURRENCY }] as const;
  });
  return {
    ...rest,
    ...Object.fromEntries(open),
    ...(replacement && { replacement: asSent(replacement) }),
  } as unknown as T;
}

/** A recorded event as its sender may have written it: amounts to which the log added a currency have none. */
export function asWritten<T extends Readonly<Record<string, unknown>>>(content: T): T {
  const { assumedCurrency, ...rest } = content;
  const { replacement } = rest;
  const names: unknown[] = Array.isArray(assumedCurrency) ? assumedCurrency : [];
  const open = names.flatMap((name) => {
    const value = content[String(name)] as Money | undefined;
    return value === undefined ? [] : [[String(name), value.amount] as const];
  });
  return {
    ...rest,
    ...Object.fromEntries(open),
    ...(typeof replacement === 'object' &&
      replacement !== null && { replacement: asWritten(replacement as Record<string, unknown>) }),
  } as unknown as T;
}

/**
 * New events with their currencies: the one of the product's price in its latest state, else the first that one of the
 * events names, else the deployment's. The latest state, not the one at the position of an event: the currency of a
 * product hardly ever changes, and a late first receipt comes before every price.
 */
export function completed<T extends ChangeContent>(
  typeOf: TypeOf,
  events: readonly T[],
  latest: Latest,
  defaultCurrency: string,
): readonly T[] {
  const sent = events.map(asSent);
  const named = sent
    .flatMap((event) => [event, replacementOf(event) ?? event])
    .flatMap((content) => amountsIn(typeOf, content))
    .find(([, { currency }]) => currency !== NO_CURRENCY)?.[1].currency;
  const currency = latest?.unitPrice?.currency ?? named ?? defaultCurrency;
  return sent.map((event) => withCurrency(typeOf, event, currency));
}
