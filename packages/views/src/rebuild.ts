/**
 * A rebuild makes all rows anew, beside the ones that answer.
 *
 * It announces the next generation, and from then on indexers write every row to both. Then it reads every product of the
 * log, afresh. Rows replace older ones only, so it does not matter who is first. A batch that began before the
 * announcement writes to the old generation alone; therefore the new one is compared with the old one before it takes
 * over, and what is behind is read again. The feed is a record of its own, which stays as it was published; versions that
 * it lacks are added.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Catalogue } from './catalogue';
import { Control } from './control';
import { CHUNK } from './feed';
import { Indexer, type IndexerOptions } from './indexer';

export interface RebuildOptions extends IndexerOptions {
  /** Every product of the log. */
  readonly products: () => AsyncIterable<string>;
  /** How long a batch that began before may go on, and a reader of the old rows. Milliseconds. */
  readonly graceMs: number;
  readonly wait?: (milliseconds: number) => Promise<unknown>;
  readonly onProgress?: (products: number) => void;
}

/** Another rebuild has begun meanwhile. */
export class RebuildOvertakenError extends Error {
  override readonly name = 'RebuildOvertaken';
}

async function behind(old: Catalogue, made: Catalogue): Promise<string[]> {
  const found: string[] = [];
  for await (const rows of old.all()) {
    const versions = new Map(
      (await made.rows(rows.map(({ productId }) => productId))).map(({ productId, version }) => [
        productId,
        version,
      ]),
    );
    const isBehind = (productId: string, version: number) => (versions.get(productId) ?? 0) < version;
    found.push(
      ...rows.filter((row) => isBehind(row.productId, row.version)).map(({ productId }) => productId),
    );
  }
  return found;
}

/** @returns how many products the new rows have */
export async function rebuild(options: RebuildOptions): Promise<number> {
  const { store, products, graceMs, wait = delay, onProgress = () => undefined } = options;
  const control = new Control(store);
  const indexer = new Indexer(options);
  const before = await control.generations();
  const building = Math.max(before.current, before.building ?? 0) + 1;
  await control.setGenerations({ current: before.current, building });
  await wait(graceMs);
  let done = 0;
  let some: string[] = [];
  const make = async () => {
    await indexer.make(building, some);
    done += some.length;
    some = [];
    onProgress(done);
  };
  for await (const productId of products()) {
    some.push(productId);
    if (some.length === CHUNK) await make();
  }
  await make();
  const [old, made] = [before.current, building].map((generation) => new Catalogue(store, generation));
  if (old === undefined || made === undefined) return done;
  for (let left = await behind(old, made); left.length > 0; left = await behind(old, made))
    await indexer.make(building, left);
  const now = await control.generations();
  if (now.building !== building) throw new RebuildOvertakenError('another rebuild has begun meanwhile');
  await control.setGenerations({ current: building });
  await wait(graceMs);
  await old.clear();
  if (before.building !== undefined) await new Catalogue(store, before.building).clear();
  return done;
}
