import fc from 'fast-check';
import { MOMENTS } from '../history/steps';

export interface EventStep {
  readonly product: number;
  readonly eventType: string;
  /** Absent: when it is recorded. */
  readonly moment: number | undefined;
  readonly quantity: number;
  /** The event that a retraction targets, by the number in its id. */
  readonly target: number;
  /** Sends an event again that was sent before; `changed`: with other content. */
  readonly again: { readonly of: number; readonly changed: boolean } | undefined;
}

type Policy = 'reject' | 'flag';

/** An append of one event by somebody else, between the plan of an act and its write. */
export interface RivalStep {
  readonly event: EventStep;
  readonly onConflict: Policy;
}

export interface ActStep {
  readonly events: readonly EventStep[];
  readonly onConflict: Policy;
  readonly dryRun: boolean;
  /** Seconds that the clock moves before it, or back. */
  readonly tick: number;
  readonly rivals: readonly RivalStep[];
}

const LARGEST = 5;

const eventStep = (products: number): fc.Arbitrary<EventStep> =>
  fc.record({
    product: fc.nat(products - 1),
    eventType: fc.oneof(
      { weight: 5, arbitrary: fc.constant('productReceived') },
      { weight: 5, arbitrary: fc.constant('productShipped') },
      { weight: 1, arbitrary: fc.constant('stockCounted') },
      { weight: 1, arbitrary: fc.constant('eventRetracted') },
    ),
    moment: fc.option(fc.nat(MOMENTS), { nil: undefined, freq: 1 }),
    quantity: fc.integer({ min: 1, max: LARGEST }),
    target: fc.nat(12),
    again: fc.option(fc.record({ of: fc.nat(12), changed: fc.boolean() }), { nil: undefined, freq: 9 }),
  });

/** A shipment of one product and a receipt of another. */
const transfer = (products: number): fc.Arbitrary<EventStep[]> =>
  fc.tuple(eventStep(products), fc.integer({ min: 1, max: products - 1 })).map(([step, distance]) => [
    { ...step, eventType: 'productShipped', again: undefined },
    {
      ...step,
      eventType: 'productReceived',
      again: undefined,
      product: (step.product + distance) % products,
    },
  ]);

const policy = fc.constantFrom<Policy>('reject', 'reject', 'flag');

const actStep = (products: number): fc.Arbitrary<ActStep> =>
  fc.record({
    events: fc.oneof(transfer(products), fc.array(eventStep(products), { minLength: 1, maxLength: 7 })),
    onConflict: policy,
    dryRun: fc.oneof(
      { weight: 9, arbitrary: fc.constant(false) },
      { weight: 1, arbitrary: fc.constant(true) },
    ),
    tick: fc.integer({ min: -1, max: 2 }),
    rivals: fc.array(fc.record({ event: eventStep(products), onConflict: policy }), { maxLength: 3 }),
  });

/** Acts over three to five products. */
export const acts: fc.Arbitrary<ActStep[]> = fc
  .integer({ min: 3, max: 5 })
  .chain((products) => fc.array(actStep(products), { minLength: 2, maxLength: 14 }));
