import assert from 'node:assert/strict';
import { registry, type RecordedEvent } from '@hindsight/domain';
import { snapshotAt } from '../../support/definition';
import type { Random } from '../../crash/client';
import { waitFor } from './waiting';

/** Answers that were reported as settled, and how they are asked for again. */
export class SettledAnswers {
  readonly #texts = new Map<string, string>();
  /** The stock of all products at one settled moment, asked for twice in a row. */
  readonly stocks: { readonly asOf: string; readonly knownAt: string; readonly text: string }[] = [];
  #stopped = false;

  constructor(
    readonly url: string,
    readonly options: {
      readonly products: readonly string[];
      readonly random: Random;
      readonly wanted: number;
      /** The earliest recorded time that is asked about; milliseconds. */
      readonly since: number;
    },
  ) {}

  get size(): number {
    return this.#texts.size;
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Asks about settled moments until there are enough answers; answers that are not settled don't count. */
  async collect(): Promise<void> {
    const { products, random, wanted, since } = this.options;
    while (!this.#stopped && this.#texts.size < wanted) {
      const now = Date.now();
      const moment = (from: number) => new Date(from + random() * (now - from)).toISOString();
      const product = products[Math.floor(random() * products.length)];
      const path = `/products/${product}/state?asOf=${moment(since - 3_600_000)}&knownAt=${moment(since)}`;
      const text = await this.#get(path);
      if (text?.includes('"settled":true')) this.#texts.set(path, text);
      else await waitFor(5);
    }
  }

  /** The stock at the last settled moment, twice while others write. */
  async stock(): Promise<void> {
    const asOf = new Date().toISOString();
    const response = await fetch(`${this.url}/stock?asOf=${asOf}&knownAt=settled&format=ndjson`);
    if (response.status !== 200) return;
    const text = await response.text();
    const knownAt = response.headers.get('hindsight-known-at') ?? '';
    assert.equal(response.headers.get('hindsight-settled'), 'true', 'the last settled moment is settled');
    const again = await fetch(`${this.url}/stock?asOf=${asOf}&knownAt=${knownAt}&format=ndjson`);
    assert.equal(await again.text(), text, `the stock at (${asOf}, ${knownAt}), twice`);
    this.stocks.push({ asOf, knownAt, text });
  }

  /** Every answer again. @throws for one that has changed */
  async compare(): Promise<void> {
    const paths = [...this.#texts];
    const work = async () => {
      for (let one = paths.pop(); one !== undefined; one = paths.pop())
        assert.equal(await this.#get(one[0]), one[1], `the settled answer of ${one[0]}`);
    };
    await Promise.all(Array.from({ length: 4 }, work));
    for (const { asOf, knownAt, text } of this.stocks) {
      const response = await fetch(`${this.url}/stock?asOf=${asOf}&knownAt=${knownAt}&format=ndjson`);
      assert.equal(await response.text(), text, `the settled stock at (${asOf}, ${knownAt})`);
    }
  }

  /** Each row of the last stock equals the fold of its product's log. @returns how many rows there are */
  compareWithLogs(logs: ReadonlyMap<string, readonly RecordedEvent[]>): number {
    const last = this.stocks.at(-1);
    if (last === undefined) return 0;
    const { asOf, knownAt, text } = last;
    const expected = [...logs].flatMap(([productId, log]) => {
      const known = log.filter(({ recordedAt }) => recordedAt <= knownAt);
      const found = snapshotAt(registry, known, { asOf });
      if (found === null) return [];
      const { state, last: event } = found;
      return [{ productId, version: known.length, state, lastEffectiveAt: event.effectiveAt }];
    });
    const rows = text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as object);
    assert.deepEqual(rows, expected, `the stock at (${asOf}, ${knownAt}) is the fold of every log`);
    return rows.length;
  }

  async #get(path: string): Promise<string | undefined> {
    try {
      const response = await fetch(`${this.url}${path}`);
      const text = await response.text();
      return response.status === 503 ? undefined : text;
    } catch {
      return undefined;
    }
  }
}
