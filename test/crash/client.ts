import type { Answer, Api } from '../support/api';

/** What one append was, and what was answered: undefined where the answer never came. */
export interface Sent {
  readonly product: string;
  readonly body: readonly object[];
  readonly answer?: Answer;
}

/** Numbers in [0, 1). */
export type Random = () => number;

const below = (random: Random, n: number): number => Math.floor(random() * n);

/** Appends one event or batch after another until the server is gone or the load ends. */
export class Client {
  readonly #ids = new Map<string, string[]>();
  #count = 0;

  constructor(
    readonly name: string,
    readonly products: readonly string[],
    readonly random: Random,
    readonly onSent: (sent: Sent) => void,
  ) {}

  async run(api: Api, until: () => boolean): Promise<void> {
    while (!until()) {
      const product = this.products[below(this.random, this.products.length)] as string;
      const count = this.random() < 0.1 ? 2 + below(this.random, 3) : 1;
      const body = Array.from({ length: count }, () => this.#event(product));
      const answer = await api.append(product, body).catch(() => undefined);
      this.onSent({ product, body, ...(answer && { answer }) });
      if (answer === undefined) return;
    }
  }

  #event(product: string): object {
    const mine = this.#ids.get(product) ?? [];
    const eventId = `${this.name}-${this.#count}`;
    this.#count += 1;
    this.#ids.set(product, [...mine, eventId]);
    const quantity = 1 + below(this.random, 9);
    const past = new Date(Date.UTC(2026, 0, 1) + below(this.random, 1_000_000) * 1000).toISOString();
    const late = this.random() < 0.25 ? { effectiveAt: past } : {};
    const dice = this.random();
    const target = mine[below(this.random, mine.length)];
    if (dice < 0.08 && target !== undefined)
      return { eventId, eventType: 'eventRetracted', targetEventId: target };
    if (dice < 0.16 && target !== undefined) {
      const replacement = { eventType: 'productReceived', quantity };
      return { eventId, eventType: 'eventCorrected', targetEventId: target, replacement };
    }
    if (dice < 0.4) return { eventId, eventType: 'productShipped', quantity, ...late };
    return { eventId, eventType: 'productReceived', quantity: quantity * 2, ...late };
  }
}
