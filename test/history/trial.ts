import assert from 'node:assert/strict';
import type { ProductEvent, Remedies } from '@hindsight/domain';
import { AppendRefusedError, type Store, type StoredItem } from '@hindsight/event-log';
import type { ProductLog, Refusal } from '@hindsight/workflow';
import type { Model } from './model';
import { remediesAreTrue, type Trial } from './remedies';

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
class LogTrial implements Trial {
  constructor(readonly options: TrialOptions) {}

  takes(body: object): Promise<boolean> {
    const { productId, model } = this.options;
    return this.#takes(body, productId, model);
  }

  isTaken(body: object): boolean {
    const { model, now, parsed } = this.options;
    return model.takes(parsed(body), now);
  }

  /** On a copy of the product. */
  async takesAfter(receipt: object, body: object): Promise<boolean> {
    const { log, now, parsed } = this.options;
    const productId = await this.#copied();
    const asked = { events: [parsed(receipt)], onConflict: 'flag', dryRun: false } as const;
    await log.append({ productId, recordedBy: 'tester', ...asked });
    return this.#takes(body, productId, this.#after(asked.events, now));
  }

  isTakenAfter(receipt: object, body: object): boolean {
    const { now, parsed } = this.options;
    return this.#after([parsed(receipt)], now).takes(parsed(body), now);
  }

  #after(events: readonly ProductEvent[], now: string): Model {
    const copy = this.options.model.copy();
    assert.equal(copy.append({ events, onConflict: 'flag', dryRun: false }, now).outcome, 'stored');
    return copy;
  }

  async #takes(body: object, productId: string, model: Model): Promise<boolean> {
    const { log, now, parsed } = this.options;
    const event = parsed(body);
    const asked = { events: [event], onConflict: 'reject', dryRun: true } as const;
    const right = model.takes(event, now);
    const answer = await log.append({ productId, recordedBy: 'tester', ...asked }).then(
      () => true,
      (error: unknown) =>
        error instanceof AppendRefusedError && error.refusal.error === 'RuleBroken' ? false : error,
    );
    assert.equal(answer, right, `whether ${JSON.stringify(body)} is taken`);
    return right;
  }

  /** A product with the same log. */
  async #copied(): Promise<string> {
    const { store, productId } = this.options;
    const copy = `copy-${(copies += 1)}`;
    const items: StoredItem[] = [];
    for await (const item of store.partition<StoredItem>(productId)) items.push({ ...item, productId: copy });
    for (let first = 0; first < items.length; first += AT_ONCE)
      await store.append(items.slice(first, first + AT_ONCE));
    return copy;
  }
}

export type Broken = Extract<Refusal, { error: 'RuleBroken' }>;

/** Whether a refusal offers remedies. All of them are true, or an assertion fails. */
export async function checkRemedies(
  events: readonly ProductEvent[],
  { remedies, adjustment }: Broken,
  options: TrialOptions,
): Promise<boolean> {
  const [event, ...others] = events;
  if (event === undefined || others.length > 0 || remedies === undefined) return false;
  const asked = { event, at: adjustment.effectiveFrom, remedies: remedies as Remedies };
  await remediesAreTrue(asked, new LogTrial(options));
  return true;
}
