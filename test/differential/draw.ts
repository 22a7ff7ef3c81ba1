import { parseEvents, registry, type ProductEvent } from '@hindsight/domain';
import type { AppendCommand } from '@hindsight/workflow';
import type { Operation } from './operations';

const EPOCH = Date.parse('2026-03-01T12:00:00.000Z');
/** Effective times are few, so that ties, late events and events of the future are common. */
const MOMENTS = 16;
const timeOf = (moment: number): string => new Date(EPOCH + moment * 1000).toISOString();

/** Draws the operations on one product, the same for the same numbers. */
export class Draw {
  readonly #sent: ProductEvent[] = [];
  #clock = MOMENTS / 2;

  constructor(
    readonly productId: string,
    readonly random: () => number,
  ) {}

  #below(n: number): number {
    return Math.floor(this.random() * n);
  }

  #chance(share: number): boolean {
    return this.random() < share;
  }

  #of<T>(choices: readonly T[]): T {
    return choices[this.#below(choices.length)] as T;
  }

  next(): Operation {
    const dice = this.random();
    if (dice < 0.48) return { kind: 'append', now: this.#now(), command: this.#command() };
    if (dice < 0.54) return { kind: 'race', now: this.#now(), commands: [this.#command(), this.#command()] };
    if (dice < 0.74) return { kind: 'ask', now: timeOf(this.#clock), moment: this.#moment() };
    if (dice < 0.9) return this.#page();
    if (dice < 0.97) {
      const writes = this.#chance(0.5) ? Infinity : this.#below(3);
      return { kind: 'repair', budget: 1 + this.#below(8), writes };
    }
    const how = this.#of(['delete', 'truncate', 'foreign', 'restore'] as const);
    return { kind: 'damage', how, which: this.#below(5) };
  }

  /** The clock goes on, stands, or goes back. */
  #now(): string {
    this.#clock += this.#of([-1, 0, 0, 1, 1, 2]);
    return timeOf(this.#clock);
  }

  #some(): string {
    return timeOf(this.#below(MOMENTS + 4));
  }

  #moment(): Extract<Operation, { kind: 'ask' }>['moment'] {
    const asOf = this.#chance(0.7) ? { asOf: this.#some() } : {};
    const dice = this.random();
    if (dice < 0.3) return { ...asOf, knownAt: this.#some() };
    if (dice < 0.6) return { ...asOf, version: 1 + this.#below(this.#sent.length + 1) };
    return asOf;
  }

  #page(): Operation {
    const of = this.#of(['recorded', 'effective', 'timeline'] as const);
    const options = {
      direction: this.#of(['forward', 'backward'] as const),
      limit: 1 + this.#below(6),
      ...(this.#chance(0.3) && { from: this.#some() }),
      ...(this.#chance(0.3) && { to: this.#some() }),
      ...(of !== 'timeline' && this.#chance(0.3) && { types: ['productShipped', 'eventCorrected'] }),
      ...(of !== 'recorded' && this.#chance(0.3) && { version: 1 + this.#below(this.#sent.length + 1) }),
    };
    return { kind: 'page', of, options, pages: 1 + this.#below(8) };
  }

  #command(): AppendCommand {
    const count = this.#chance(0.8) ? 1 : 2 + this.#below(4);
    const events = Array.from({ length: count }, () => this.#event());
    return {
      productId: this.productId,
      events,
      recordedBy: 'tester',
      onConflict: this.#of(['reject', 'flag'] as const),
      dryRun: this.#chance(0.1),
      ...(this.#chance(0.1) && { expectedVersion: this.#below(this.#sent.length + 1) }),
    };
  }

  #event(): ProductEvent {
    const [old] = this.#chance(0.12) ? [this.#of(this.#sent)] : [];
    if (old !== undefined) return this.#chance(0.3) ? { ...old, reason: 'changed' } : old;
    const dice = this.random();
    const targetEventId = `e${this.#below(this.#sent.length + 2)}`;
    const body =
      dice < 0.75
        ? this.#change()
        : dice < 0.87
          ? { eventType: 'eventRetracted', targetEventId }
          : { eventType: 'eventCorrected', targetEventId, replacement: this.#change() };
    const eventId = `e${this.#sent.length}`;
    const { productId } = this;
    const parsed = parseEvents(registry, { eventId, ...body }, { productId, newId: () => '' });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
    this.#sent.push(...parsed.events);
    return parsed.events[0] as ProductEvent;
  }

  #change(): object {
    const eventType = this.#of([
      'productReceived',
      'productReceived',
      'productShipped',
      'productShipped',
      'stockCounted',
      'productAdjusted',
    ]);
    const effectiveAt = this.#chance(0.6) ? { effectiveAt: timeOf(this.#below(MOMENTS)) } : {};
    const quantity = this.#of(['1', '2.5', '7', '0.000001', '999999999999']);
    const words = { unitPrice: `$${this.#below(9)}`, color: this.#of(['red', 'blü', '🟢 green']) };
    if (eventType === 'productAdjusted') return { eventType, ...effectiveAt, ...words };
    const attributes = eventType === 'productReceived' && this.#chance(0.3) ? words : {};
    return { eventType, quantity, ...effectiveAt, ...attributes };
  }
}
