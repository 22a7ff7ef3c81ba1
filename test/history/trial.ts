import assert from 'node:assert/strict';
import type { ProductEvent } from '@hindsight/domain';
import { AppendRefusedError, type Store, type StoredItem } from '@hindsight/event-log';
import type { ProductLog } from '@hindsight/workflow';
import type { Model } from './model';
import type { Trial } from './remedies';

export interface TrialOptions {
  readonly store: Store;
  readonly log: ProductLog;
  readonly model: Model;
  readonly productId: string;
  /** The time of recording. */
  readonly now: string;
  /** An event of the product, with an id of its own. */
  readonly parsed: (body: object) => ProductEvent;
}

const AT_ONCE = 50;
let copies = 0;

/** Tries events on the log and by the definition, which must agree. */
export class LogTrial implements Trial {
  constructor(readonly options: TrialOptions) {}

  async takes(body: object): Promise<boolean> {
    const { productId, model } = this.options;
    return this.#takes(body, productId, model.copy());
  }

  /** On a copy of the product. */
  async takesAfter(receipt: object, body: object): Promise<boolean> {
    const { log, model, now, parsed } = this.options;
    const [productId, copy] = [await this.#copied(), model.copy()];
    const asked = { events: [parsed(receipt)], onConflict: 'flag', dryRun: false } as const;
    assert.equal(copy.append(asked, now).outcome, 'stored');
    await log.append({ productId, recordedBy: 'tester', ...asked });
    return this.#takes(body, productId, copy);
  }

  async #takes(body: object, productId: string, model: Model): Promise<boolean> {
    const { log, now, parsed } = this.options;
    const asked = { events: [parsed(body)], onConflict: 'reject', dryRun: true } as const;
    const { outcome } = model.append(asked, now);
    const answer = await log.append({ productId, recordedBy: 'tester', ...asked }).then(
      () => 'dryRun',
      (error: unknown) => (error instanceof AppendRefusedError ? error.refusal.error : error),
    );
    assert.equal(answer, outcome, `whether ${JSON.stringify(body)} is taken`);
    return outcome === 'dryRun';
  }

  /** A product with the same log. */
  async #copied(): Promise<string> {
    const { store, productId } = this.options;
    const copy = `copy-${(copies += 1)}`;
    const items: StoredItem[] = [];
    for await (const item of store.partition<StoredItem>(productId))
      if (!item.sk.startsWith('c#')) items.push({ ...item, productId: copy });
    for (let first = 0; first < items.length; first += AT_ONCE)
      await store.append(items.slice(first, first + AT_ONCE));
    return copy;
  }
}
