import { Catalogue } from './catalogue';
import { Control } from './control';
import { Feed } from './feed';
import type { InventoryLog, Overview } from './log';
import type { ViewStore } from './store';

export interface ViewsReport {
  readonly products: number;
  readonly chunks: number;
  readonly events: number;
  readonly setAside: number;
  /** The first differences. */
  readonly differences: readonly string[];
}

const LISTED = 20;
const CHUNKS = 100;

/** What a row and the log must have in common; the time of the read is not of that. */
const comparable = ({ asOf, lateAt, ...row }: Overview): string => JSON.stringify(row);

/** Reads the whole feed: every version of a product must come right after the one before it. */
async function readFeed(feed: Feed, differ: (text: string) => void) {
  const heads = new Map<string, number>();
  let [chunks, events] = [0, 0];
  for (
    let some = await feed.chunks(1, CHUNKS);
    some.length > 0;
    some = await feed.chunks(chunks + 1, CHUNKS)
  ) {
    for (const { number, references } of some) {
      if (number !== chunks + 1) differ(`feed: after chunk ${chunks} comes chunk ${number}`);
      chunks = number;
      for (const { productId, from, to } of references) {
        const last = heads.get(productId) ?? 0;
        if (from !== last + 1 || to < from)
          differ(`feed: in chunk ${number}, versions ${from} to ${to} of ${productId} come after ${last}`);
        heads.set(productId, to);
        events += to - from + 1;
      }
    }
  }
  return { heads, chunks, events };
}

/** Compares feed and catalogue with the log. Appends that run meanwhile may show as differences. */
export async function verifyViews(
  store: ViewStore,
  log: Pick<InventoryLog, 'overview'>,
  products: () => AsyncIterable<string>,
): Promise<ViewsReport> {
  const differences: string[] = [];
  const differ = (text: string) => {
    if (differences.length < LISTED) differences.push(text);
  };
  const control = new Control(store);
  const aside = new Set((await control.allSetAside()).map(({ productId }) => productId));
  const catalogue = new Catalogue(store, (await control.generations()).current);
  const { heads, ...feed } = await readFeed(new Feed(store), differ);
  let count = 0;
  for await (const productId of products()) {
    count += 1;
    if (aside.has(productId)) continue;
    const expected = await log.overview(productId);
    if (expected === undefined) continue;
    const row = await catalogue.row(productId);
    const head = heads.get(productId) ?? 0;
    if (head !== expected.version)
      differ(`feed: ${productId} ends at ${head}, and its log at ${expected.version}`);
    if (row === undefined) differ(`catalog: ${productId} has no row`);
    else if (comparable(row) !== comparable(expected))
      differ(
        `catalog: ${productId} is\n    ${comparable(row)}\n  and should be\n    ${comparable(expected)}`,
      );
    heads.delete(productId);
  }
  for (const productId of heads.keys())
    if (!aside.has(productId)) differ(`feed: ${productId} is not in the log`);
  return { products: count, ...feed, setAside: aside.size, differences };
}
