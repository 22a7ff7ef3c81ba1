import type { EffectiveEvent, Notice } from '@hindsight/bitemporal';
import type { ChangeType } from './event-type';
import { attributeNames, attributes, type ProductState } from './state';
import type { ChangeContent } from './types';

const DAY_MS = 24 * 60 * 60 * 1000;
const FAR_FUTURE_MS = DAY_MS;
const FAR_PAST_MS = 10 * 365.25 * DAY_MS;

/** A value for people: amounts of money as `4.5 EUR`. */
function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.values(value).map(String).join(' ');
}

interface Inserted {
  readonly type: ChangeType;
  readonly before: ProductState | null;
  readonly after: ProductState;
  readonly effective: EffectiveEvent<ChangeContent>;
}

/** Attributes that the event carries, and of which the product has another value after it. */
function notApplied({ type, before, after, effective: { content } }: Inserted): Notice[] {
  const notices = attributeNames.flatMap((name): Notice[] => {
    const [carried, kept] = [content[name] ?? null, after[name]];
    if (carried === null || JSON.stringify(carried) === JSON.stringify(kept)) return [];
    const [title, value] = [attributes[name].title, kept === null ? 'not set' : textOf(kept)];
    const detail = `the ${title} ${textOf(carried)} is not applied: it stays ${value}; productAdjusted sets it`;
    return [{ code: 'attribute-not-applied', detail, path: name }];
  });
  const { quantity } = content;
  const initial = 'initial' in (type.effect(content)?.amount ?? {});
  if (!initial || before === null || quantity === undefined || quantity === after.quantity) return notices;
  const detail = `the quantity ${textOf(quantity)} is not applied: the product exists, and has ${after.quantity}`;
  return [...notices, { code: 'quantity-not-applied', detail, path: 'quantity' }];
}

function otherCurrency(before: ProductState, { unitPrice }: ChangeContent): Notice[] {
  const [was, is] = [before.unitPrice?.currency, (unitPrice as { currency?: string } | undefined)?.currency];
  if (was === undefined || is === undefined || was === is) return [];
  const detail = `the price is in ${is}; until then the product had a price in ${was}`;
  return [{ code: 'other-currency', detail, path: 'unitPrice' }];
}

function unusualTime({ effectiveAt, recordedAt }: EffectiveEvent<ChangeContent>['event']): Notice[] {
  const ahead = Date.parse(effectiveAt) - Date.parse(recordedAt);
  const path = 'effectiveAt';
  if (ahead > FAR_FUTURE_MS)
    return [
      { code: 'far-future', detail: `takes effect at ${effectiveAt}, and is invisible until then`, path },
    ];
  if (ahead < -FAR_PAST_MS)
    return [{ code: 'far-past', detail: `takes effect more than ten years ago, at ${effectiveAt}`, path }];
  return [];
}

/** What the sender of a new event should know, given the states before and after its position. */
export function noticesOf(inserted: Inserted): readonly Notice[] {
  const { before, effective } = inserted;
  return [
    ...notApplied(inserted),
    ...(before === null ? [] : otherCurrency(before, effective.content)),
    ...unusualTime(effective.event),
  ];
}
