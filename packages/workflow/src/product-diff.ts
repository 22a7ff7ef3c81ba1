import { quantityBetween } from '@hindsight/domain';
import { contributionsOf, endOf, quantityOf, type Contribution, type DiffEnd } from './contributions';
import type { Paging } from './explain';
import type { ProductLogReader, StateAnswer } from './product-log';

type NotFound = Extract<StateAnswer, { found: false }>;

/** A state of knowledge: through a version, or of a recorded time; `all`: what is known now. */
export type Knowledge = { readonly version: number } | { readonly knownAt: string } | 'all';

export interface ProductDiff {
  readonly found: true;
  readonly asOf: string;
  readonly from: DiffEnd;
  readonly to: DiffEnd;
  /** The difference in quantity: the sum of all contributions. */
  readonly change: string;
  /** A page of the events recorded between, in the order of recording. */
  readonly contributions: readonly Contribution[];
  readonly next?: string;
}

/** What changed in the answer about one moment between two states of knowledge, event by event. */
export class ProductDiffer {
  constructor(
    readonly log: ProductLogReader,
    readonly productId: string,
    readonly asOf: string,
  ) {}

  async diff(from: Knowledge, to: Knowledge, { limit, after }: Paging): Promise<ProductDiff | NotFound> {
    const head = await this.log.headVersion(this.productId);
    if (head === 0) return { found: false, why: 'product-not-found' };
    const [first, last] = [await this.#versionOf(from, head), await this.#versionOf(to, head)];
    if (Math.max(first, last) > head) return { found: false, why: 'version-not-found', headVersion: head };
    const { log, productId, asOf } = this;
    const end = (version: number) => endOf(log, productId, { asOf, version });
    const ends = { from: await end(first), to: await end(last) };
    const start = after === undefined ? first : Math.max(first, Number(after));
    const through = Math.min(last, start + limit);
    return {
      found: true,
      asOf: this.asOf,
      ...ends,
      change: quantityBetween(quantityOf(ends.from.state), quantityOf(ends.to.state)),
      contributions: await this.#contributions(start, through),
      ...(through < last && { next: String(through) }),
    };
  }

  async #contributions(after: number, through: number): Promise<Contribution[]> {
    const contributions: Contribution[] = [];
    const between = { asOf: this.asOf, after, through };
    for await (const { event, change, changed } of contributionsOf(this.log, this.productId, between))
      contributions.push({ event, change, changed });
    return contributions;
  }

  async #versionOf(knowledge: Knowledge, head: number): Promise<number> {
    if (knowledge === 'all') return head;
    if ('version' in knowledge) return knowledge.version;
    return this.log.versionAt(this.productId, knowledge.knownAt);
  }
}
