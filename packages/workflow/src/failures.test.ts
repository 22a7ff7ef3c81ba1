import type { Adjustment, Change, Conflict } from '@hindsight/domain';
import type { Refusal } from './product-log';
import { failureOf } from './failures';

/** The service's limit on a cause, in characters. */
const CAUSE_LIMIT = 32_768;

const time = (n: number) => new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString();

interface Sizes {
  readonly text: string;
  readonly quantity: string;
  /** Which fields change; all by default. */
  readonly fields?: readonly ('quantity' | 'color' | 'unitPrice' | 'size' | 'status')[];
}

/** A refusal that lists as much as there may be. */
function refusal({
  text,
  quantity,
  fields = ['quantity', 'color', 'unitPrice'],
}: Sizes): Extract<Refusal, { error: 'RuleBroken' }> {
  const unitPrice = { amount: quantity, currency: 'USD' };
  const values: Partial<Record<Change['field'], unknown>> = {
    ...{ quantity, color: text, size: text, status: 'outOfStock', unitPrice },
  };
  const changes = Array.from({ length: 100 }, (_, n): Change => {
    const field = fields[n % fields.length]!;
    return { from: time(n), to: time(n + 1), field, before: values[field], after: values[field] };
  });
  const conflicts = Array.from({ length: 100 }, (_, n): Conflict => {
    const marks = { ...(n === 0 && { first: true as const }), ...(n === 99 && { deepest: true as const }) };
    const eventId = `${String(n).padStart(3, '0')}${text.slice(3)}`;
    return {
      rule: 'insufficient-stock',
      deficit: quantity,
      eventId,
      version: 10 ** 6 + n,
      effectiveAt: time(n),
      ...marks,
    };
  });
  const state = {
    productId: 'p'.repeat(128),
    quantity,
    unitPrice,
    color: text,
    size: text,
    name: null,
    unit: null,
    reorderPoint: null,
    status: 'available',
  } as const;
  const adjustment: Adjustment = {
    effectiveFrom: time(0),
    eventsAffected: 100_000,
    before: { ...state, conflicts: conflicts.slice(0, 1) },
    after: { ...state, conflicts: conflicts.slice(0, 1) },
    changes,
    changesTotal: 200_000,
    conflicts,
    conflictsTotal: 100_000,
  };
  return { error: 'RuleBroken', rule: 'insufficient-stock', detail: 'stock would be short', adjustment };
}

type Cause = Omit<Extract<Refusal, { error: 'RuleBroken' }>, 'error'>;
const causeOf = (refused: Refusal): [number, Cause] => {
  const { cause } = failureOf(refused);
  return [cause.length, JSON.parse(cause) as Cause];
};

describe('a broken rule with 100 changes and 100 conflicts', () => {
  test('is listed in full if quantities change and ids are UUIDs', () => {
    const sizes: Sizes = {
      text: 'f47ac10b-58cc-4372-a567-0e02b2c3d479',
      quantity: '12345.5',
      fields: ['quantity', 'quantity', 'quantity', 'status'],
    };
    const [length, { adjustment }] = causeOf(refusal(sizes));
    expect(length).toBeLessThan(CAUSE_LIMIT);
    expect(adjustment).toEqual(refusal(sizes).adjustment);
  });

  test.each<[string, Sizes]>([
    ['texts of 128 letters', { text: 'x'.repeat(128), quantity: '999999999999.999999' }],
    ['texts of 128 quotes', { text: '"'.repeat(128), quantity: '999999999999.999999' }],
    ['texts of 128 smileys', { text: '😀'.repeat(128), quantity: '999999999999.999999' }],
    ['sums beyond the bounds of input', { text: '"'.repeat(128), quantity: `-${'9'.repeat(40)}.999999` }],
  ])('is cut to what the service allows with %s', (_, sizes) => {
    const full = refusal(sizes).adjustment;
    const [length, { rule, detail, adjustment }] = causeOf(refusal(sizes));
    expect(length).toBeLessThan(CAUSE_LIMIT);
    expect({ rule, detail }).toEqual({ rule: 'insufficient-stock', detail: 'stock would be short' });
    // The totals stay, and of the conflicts at least the first and the deepest; what is listed is the earliest.
    expect(adjustment).toMatchObject({ changesTotal: 200_000, conflictsTotal: 100_000, after: full.after });
    expect(adjustment.changes).toEqual(full.changes.slice(0, adjustment.changes.length));
    const { conflicts } = adjustment;
    expect(conflicts.length).toBeGreaterThan(10);
    expect(conflicts.at(0)).toMatchObject({ first: true });
    expect(conflicts.at(-1)).toMatchObject({ deepest: true });
    expect(conflicts.slice(0, -1)).toEqual(full.conflicts.slice(0, conflicts.length - 1));
  });

  test('does not change the refusal that it is made of', () => {
    const refused = refusal({ text: 'x'.repeat(128), quantity: '1' });
    const before = structuredClone(refused);
    failureOf(refused);
    expect(refused).toEqual(before);
  });
});

test.each<Refusal>([
  { error: 'EventIdReused', detail: 'taken', eventId: 'e', version: 3 },
  { error: 'VersionConflict', detail: 'moved on', currentVersion: 7 },
  { error: 'TargetNotFound', detail: 'not there', index: 0, targetEventId: 'e' },
])('$error keeps its name and says the rest in its cause', (refused) => {
  const { error, cause } = failureOf(refused);
  const { error: name, ...rest } = refused;
  expect(error).toBe(name);
  expect(JSON.parse(cause)).toEqual(rest);
});
