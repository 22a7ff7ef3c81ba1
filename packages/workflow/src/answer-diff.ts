import { quantityBetween } from '@hindsight/domain';
import {
  changedFields,
  contributionsOf,
  endOf,
  quantityOf,
  type ComparedField,
  type Contribution,
  type DiffEnd,
} from './contributions';
import type { ProductLogReader } from './product-log';

/** The answer about one moment, as known at two moments. */
export interface Restated {
  readonly asOf: string;
  /** Recorded times. */
  readonly from: string;
  readonly to: string;
}

/** What the events after a version contribute together, if they are too many to be listed. */
export interface Rest {
  readonly after: number;
  readonly change: string;
}

/** How the answer about one product differs, and because of which events. */
export interface AnswerDiff {
  readonly productId: string;
  readonly from: DiffEnd;
  readonly to: DiffEnd;
  /** The difference in quantity: the sum of the contributions, and of the rest. */
  readonly change: string;
  readonly changed: readonly ComparedField[];
  /**
   * The events recorded between that take effect by that moment, and the corrections. Without them, the answer is the old
   * one.
   */
  readonly contributions: readonly Contribution[];
  readonly rest: Rest | null;
}

/** Contributions of one product that are listed, and events that are read to find them. */
const LISTED = 100;
const READ = 1_000;

/** The causes of a difference, from one end to the other. */
async function causesOf(
  log: ProductLogReader,
  productId: string,
  { asOf, from, to }: { readonly asOf: string; readonly from: DiffEnd; readonly to: DiffEnd },
): Promise<Pick<AnswerDiff, 'contributions' | 'rest'>> {
  const contributions: Contribution[] = [];
  let read = 0;
  const between = { asOf, after: from.version, through: to.version };
  for await (const { event, change, changed, reaches, state } of contributionsOf(log, productId, between)) {
    read += 1;
    if (reaches) contributions.push({ event, change, changed });
    if (event.version === to.version || (contributions.length < LISTED && read < READ)) continue;
    const left = quantityBetween(quantityOf(state), quantityOf(to.state));
    return { contributions, rest: { after: event.version, change: left } };
  }
  return { contributions, rest: null };
}

/** How the answer about a product differs between two states of knowledge; undefined: it does not. */
export async function differenceOf(
  log: ProductLogReader,
  productId: string,
  { asOf, from, to }: Restated,
): Promise<AnswerDiff | undefined> {
  const end = (version: number) => endOf(log, productId, { asOf, version });
  const [first, last] = await Promise.all([from, to].map((known) => log.versionAt(productId, known)));
  if (first === undefined || last === undefined || first === last) return undefined;
  const ends = { from: await end(first), to: await end(last) };
  const changed = changedFields(ends.from.state, ends.to.state);
  if (changed.length === 0) return undefined;
  return {
    productId,
    ...ends,
    change: quantityBetween(quantityOf(ends.from.state), quantityOf(ends.to.state)),
    changed,
    ...(await causesOf(log, productId, { asOf, ...ends })),
  };
}

/** Products that are compared at once. */
const AT_ONCE = 16;

/** A part of the answer about all products: how many were compared, and which one last. */
export interface DiffPart {
  readonly products: readonly AnswerDiff[];
  readonly compared: number;
  readonly last: string;
}

/** The products among some whose answers differ, in their order, in parts. @param candidates those that may differ */
export async function* differences(
  log: ProductLogReader,
  candidates: AsyncIterable<string>,
  question: Restated,
): AsyncGenerator<DiffPart> {
  let some: string[] = [];
  const part = async (): Promise<DiffPart> => {
    const ids = some;
    some = [];
    const found = await Promise.all(ids.map((productId) => differenceOf(log, productId, question)));
    return {
      products: found.filter((one) => one !== undefined),
      compared: ids.length,
      last: ids.at(-1) ?? '',
    };
  };
  for await (const productId of candidates) {
    some.push(productId);
    if (some.length === AT_ONCE) yield await part();
  }
  if (some.length > 0) yield await part();
}
