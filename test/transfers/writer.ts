import { transfer } from '../support/commands';
import type { Answer, Api } from '../support/api';
import type { Random } from '../crash/client';

/** One transfer: the body of its request, and what was answered; undefined: the answer never came. */
export interface Sent {
  readonly body: readonly object[];
  readonly answer?: Answer;
}

const LARGEST = 9;

const below = (random: Random, n: number): number => Math.floor(random() * n);

export interface WriterOptions {
  readonly name: string;
  readonly products: readonly string[];
  readonly random: Random;
  /** Late transfers take effect after this moment; milliseconds. */
  readonly since: number;
  readonly onSent: (sent: Sent) => void;
}

/** Sends one transfer after another until the server is gone or the load ends. */
export class Writer {
  #count = 0;

  constructor(readonly options: WriterOptions) {}

  async run(api: Api, until: () => boolean): Promise<void> {
    while (!until()) {
      const body = this.#transfer();
      const answer = await api.appendAct(body).catch(() => undefined);
      this.options.onSent({ body, ...(answer && { answer }) });
      if (answer === undefined) return;
    }
  }

  /** A third of the transfers are late, by up to the whole history. */
  #transfer(): object[] {
    const { name, products, random, since } = this.options;
    const eventId = `${name}-${(this.#count += 1)}`;
    const from = below(random, products.length);
    const to = (from + 1 + below(random, products.length - 1)) % products.length;
    const effectiveAt = new Date(since + random() * (Date.now() - since)).toISOString();
    return transfer(products[from] as string, products[to] as string, 1 + below(random, LARGEST), {
      eventId,
      ...(random() < 1 / 3 && { effectiveAt }),
    });
  }
}
