import assert from 'node:assert/strict';
import type { Answer, Api } from '../../support/api';
import { corrected, received, retracted, shipped } from '../../support/commands';
import type { Random } from '../../crash/client';
import { waitFor } from './waiting';

const HOUR_MS = 3_600_000;
const [LATE, CORRECTED] = [0.05, 0.02];
/** Events of one append. */
const MOST = 8;

const below = (random: Random, n: number): number => Math.floor(random() * n);

interface Sent {
  readonly eventId: string;
  readonly eventType: string;
}

export interface Load {
  readonly api: Api;
  readonly products: readonly string[];
  readonly random: Random;
  /** Events that are acknowledged in all. */
  acknowledged: number;
  readonly wanted: number;
  late: number;
  corrected: number;
  /** The newest acknowledged version of each product. */
  readonly heads: Map<string, number>;
  lastAt: number;
  readonly onStored: (productId: string, version: number) => Promise<void>;
}

/** Sends appends until enough are acknowledged; one that got no answer is sent again until it has one. */
export class Writer {
  readonly #ids = new Map<string, string[]>();
  #count = 0;

  constructor(
    readonly name: string,
    readonly load: Load,
  ) {}

  async run(): Promise<void> {
    const { load } = this;
    while (load.acknowledged < load.wanted) {
      const product = load.products[below(load.random, load.products.length)] as string;
      const count = 1 + below(load.random, Math.min(MOST, load.wanted - load.acknowledged));
      await this.append(
        product,
        Array.from({ length: count }, () => this.#event(product)),
      );
    }
  }

  async append(product: string, body: readonly Sent[]): Promise<void> {
    const { load } = this;
    const { version } = await this.#answered(product, body);
    load.lastAt = Date.now();
    load.acknowledged += body.length;
    load.heads.set(product, Math.max(load.heads.get(product) ?? 0, version));
    const own = this.#ids.get(product) ?? [];
    // Corrections can't be corrected.
    const changes = body.filter(({ eventType }) => !eventType.startsWith('event'));
    this.#ids.set(product, [...own, ...changes.map(({ eventId }) => eventId)].slice(-20));
    await load.onStored(product, version);
  }

  async #answered(product: string, body: readonly object[]): Promise<{ version: number }> {
    for (;;) {
      const answer: Answer | undefined = await this.load.api
        .append(product, body, { onConflict: 'flag' })
        .catch(() => undefined);
      if (answer !== undefined && [200, 201].includes(answer.status))
        return answer.body as { version: number };
      if (answer !== undefined) assert.ok([429, 503].includes(answer.status), JSON.stringify(answer.body));
      await waitFor(50);
    }
  }

  #event(product: string): Sent {
    const { load } = this;
    const { random } = load;
    const eventId = `${this.name}-${(this.#count += 1)}`;
    const own = this.#ids.get(product) ?? [];
    const target = own[below(random, own.length)];
    const dice = random();
    const late = { effectiveAt: new Date(Date.now() - random() * HOUR_MS).toISOString() };
    const quantity = 1 + below(random, 9);
    if (dice < CORRECTED && target !== undefined) {
      // A target is corrected once at most by this writer, and by no other.
      this.#ids.set(
        product,
        own.filter((id) => id !== target),
      );
      load.corrected += 1;
      return random() < 0.5
        ? { ...retracted(target), eventId }
        : { ...corrected(target, received(quantity, late)), eventId };
    }
    const isLate = dice < CORRECTED + LATE;
    if (isLate) load.late += 1;
    const make = random() < 0.6 ? received : shipped;
    return { ...make(quantity, isLate ? late : {}), eventId };
  }
}
