import fc from 'fast-check';
import type { Harm } from './damage';

/** Moments are small numbers, so that ties, past and future events are all frequent. */
const EPOCH = Date.parse('2026-03-01T12:00:00.000Z');
/** The clock starts here: earlier moments are past, later ones future. */
export const CLOCK_START = 6;
export const MOMENTS = 14;
/** How far from now an event may be without the right to be later, in milliseconds. */
export const TOLERANCE_MS = 4000;
export const timeOf = (moment: number): string => new Date(EPOCH + moment * 1000).toISOString();

interface Content {
  readonly eventType: string;
  readonly moment: number | undefined;
  readonly quantity: number;
  readonly attribute: number;
}

export interface EventStep extends Content {
  /**
   * Index of a correction's target among the events sent so far; an index past the end means a nonexistent
   * event.
   */
  readonly target: number;
  readonly replacement: Content;
  /** Sends an event again that was sent before; `changed`: with other content. */
  readonly again: { readonly of: number; readonly changed: boolean } | undefined;
}

export interface AppendStep {
  readonly kind: 'append';
  readonly events: readonly EventStep[];
  readonly onConflict: 'reject' | 'flag';
  readonly dryRun: boolean;
  /** False: without the right to be further from now than the tolerance. */
  readonly allowLate: boolean;
  /** Minus the head version; undefined: any. */
  readonly expected: number | undefined;
  /** Seconds that the clock moves before it, or back. */
  readonly tick: number;
}

export interface QueryStep {
  readonly kind: 'query';
  readonly asOf: number | undefined;
  readonly known:
    | { readonly by: 'time'; readonly at: number }
    | { readonly by: 'version'; readonly back: number }
    | undefined;
}

export type Step =
  | AppendStep
  | QueryStep
  | { readonly kind: 'timeline'; readonly limit: number; readonly direction: 'forward' | 'backward' }
  /** One bounded step of the repair, killed after some of its writes (undefined: not killed). */
  | { readonly kind: 'repair'; readonly budget: number; readonly diesAfter: number | undefined }
  /** Damages summaries; the number selects which, modulo their count. */
  | {
      readonly kind: 'damage';
      readonly how: Harm;
      readonly which: number;
    };

const moment = fc.option(fc.nat(MOMENTS), { nil: undefined, freq: 2 });
const changeType = fc.oneof(
  { weight: 4, arbitrary: fc.constant('productReceived') },
  { weight: 5, arbitrary: fc.constant('productShipped') },
  { weight: 1, arbitrary: fc.constant('productAdjusted') },
  { weight: 1, arbitrary: fc.constant('stockCounted') },
  { weight: 1, arbitrary: fc.constant('quantityAdjusted') },
);
const content = (eventType: fc.Arbitrary<string>): fc.Arbitrary<Content> =>
  fc.record({ eventType, moment, quantity: fc.integer({ min: 1, max: 9 }), attribute: fc.nat(2) });

const eventStep: fc.Arbitrary<EventStep> = fc
  .tuple(
    content(
      fc.oneof(
        { weight: 9, arbitrary: changeType },
        { weight: 2, arbitrary: fc.constant('eventCorrected') },
        { weight: 2, arbitrary: fc.constant('eventRetracted') },
      ),
    ),
    fc.record({
      target: fc.nat(12),
      replacement: content(changeType),
      again: fc.option(fc.record({ of: fc.nat(12), changed: fc.boolean() }), { nil: undefined, freq: 9 }),
    }),
  )
  .map(([own, more]) => ({ ...own, ...more }));

const appendStep: fc.Arbitrary<AppendStep> = fc.record({
  kind: fc.constant('append' as const),
  events: fc.oneof(
    { weight: 4, arbitrary: fc.array(eventStep, { minLength: 1, maxLength: 1 }) },
    { weight: 1, arbitrary: fc.array(eventStep, { minLength: 2, maxLength: 4 }) },
  ),
  onConflict: fc.constantFrom('reject', 'flag', 'flag'),
  dryRun: fc.oneof({ weight: 8, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  allowLate: fc.oneof(
    { weight: 7, arbitrary: fc.constant(true) },
    { weight: 2, arbitrary: fc.constant(false) },
  ),
  expected: fc.option(fc.nat(1), { nil: undefined, freq: 8 }),
  tick: fc.integer({ min: -1, max: 2 }),
});

const queryStep: fc.Arbitrary<QueryStep> = fc.record({
  kind: fc.constant('query' as const),
  asOf: fc.option(fc.nat(MOMENTS + 1), { nil: undefined, freq: 4 }),
  known: fc.option(
    fc.oneof(
      fc.record({ by: fc.constant('time' as const), at: fc.nat(MOMENTS + 1) }),
      fc.record({ by: fc.constant('version' as const), back: fc.nat(8) }),
    ),
    { nil: undefined, freq: 2 },
  ),
});

/** Over moments enough for gaps between them. */
export const spread: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: appendStep },
    { weight: 5, arbitrary: queryStep },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('timeline' as const),
        limit: fc.integer({ min: 1, max: 5 }),
        direction: fc.constantFrom('forward' as const, 'backward' as const),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('repair' as const),
        budget: fc.integer({ min: 1, max: 8 }),
        diesAfter: fc.option(fc.nat(2), { nil: undefined, freq: 2 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('damage' as const),
        how: fc.constantFrom('delete' as const, 'truncate' as const, 'foreign' as const, 'restore' as const),
        which: fc.nat(5),
      }),
    },
  ),
  { minLength: 4, maxLength: 26, size: 'max' },
);

/** The same, restricted to three moments around an almost constant clock: nearly all events are ties. */
function crowded(step: Step): Step {
  const near = (at: number | undefined) => (at === undefined ? undefined : CLOCK_START - 1 + (at % 3));
  const content = <T extends Content>(of: T): T => ({ ...of, moment: near(of.moment) });
  if (step.kind === 'query') return { ...step, asOf: near(step.asOf) };
  if (step.kind !== 'append') return step;
  const events = step.events.map((event) => ({
    ...content(event),
    target: event.target % 4,
    replacement: content(event.replacement),
  }));
  return { ...step, events, tick: step.tick > 1 ? 1 : 0 };
}

/** Many single events over three times as many moments, and repairs that are mostly complete: deep trees. */
const long: fc.Arbitrary<Step[]> = fc
  .array(
    fc.oneof(
      { weight: 12, arbitrary: appendStep.map((step) => ({ ...step, events: step.events.slice(0, 1) })) },
      { weight: 4, arbitrary: queryStep },
      {
        weight: 5,
        arbitrary: fc.record({
          kind: fc.constant('repair' as const),
          budget: fc.constantFrom(7, 1000),
          diesAfter: fc.option(fc.nat(4), { nil: undefined, freq: 9 }),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constant('damage' as const),
          how: fc.constantFrom('delete' as const, 'truncate' as const, 'restore' as const),
          which: fc.nat(5),
        }),
      },
    ),
    { minLength: 20, maxLength: 60, size: 'max' },
  )
  .map((history) => history.map(stretched));

function stretched(step: Step): Step {
  const wide = (at: number | undefined, shift: number) => (at === undefined ? undefined : at * 3 + shift);
  const content = <T extends Content>(of: T): T => ({ ...of, moment: wide(of.moment, of.quantity % 3) });
  if (step.kind === 'query') return { ...step, asOf: wide(step.asOf, 1) };
  if (step.kind !== 'append') return step;
  const events = step.events.map((event) => ({
    ...content(event),
    target: event.target * 2,
    replacement: content(event.replacement),
  }));
  return { ...step, events };
}

/** A history of one product with queries in between. */
export const steps: fc.Arbitrary<Step[]> = fc.oneof(
  { weight: 2, arbitrary: spread },
  { weight: 1, arbitrary: spread.map((history) => history.map(crowded)) },
  { weight: 1, arbitrary: long },
);
