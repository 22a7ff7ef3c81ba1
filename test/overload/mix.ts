/** Numbers in [0, 1). */
export type Random = () => number;

export interface Ask {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
  readonly product: string;
  readonly eventId?: string;
}

const PRODUCTS = 200;

const append = (product: string, eventId: string, more: object): Ask => {
  const body = JSON.stringify({ eventId, eventType: 'productReceived', quantity: 1, ...more });
  return { method: 'POST', path: `/products/${product}/events`, body, product, eventId };
};

/** An event of each product, so that all of them can be asked about. */
export const firstEvents = (): Ask[] =>
  Array.from({ length: PRODUCTS }, (_, index) => append(`p-${index}`, 'first', {}));

/** What is asked for: of ten requests seven append, one of them late, two read a state, and one a timeline. */
export class Mix {
  #next = 0;

  constructor(
    readonly name: string,
    readonly random: Random,
  ) {}

  next(): Ask {
    const product = `p-${Math.floor(this.random() * PRODUCTS)}`;
    const dice = this.random();
    if (dice < 0.2) return { method: 'GET', path: `/products/${product}/state`, product };
    if (dice < 0.3) return { method: 'GET', path: `/products/${product}/timeline?limit=10`, product };
    const eventId = `${this.name}-${this.#next}`;
    this.#next += 1;
    const late = dice < 0.4 ? { effectiveAt: new Date(Date.UTC(2026, 0, 1) + this.random() * 1e9) } : {};
    return append(product, eventId, late);
  }
}
