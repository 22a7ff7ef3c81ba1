import type { LoggedEvent } from '@hindsight/import';
import { ledgerRows, type LedgerEntry, type Row, type What } from './rows';

/** The moment of knowledge that all rows of an export share, and for stock the effective time. */
export interface Moment {
  readonly asOf: string;
  readonly knownAt: string;
}

/** Where an export comes from. A product that was not known at the moment has no rows. */
export interface Source {
  products(): Promise<readonly string[]>;
  /** The events that were known, in the order of recording. */
  events(productId: string, moment: Moment): AsyncIterable<LoggedEvent>;
  ledger(productId: string, moment: Moment): AsyncIterable<LedgerEntry>;
  /** Every event of every product, in the order of the feed. */
  feed(moment: Moment): AsyncIterable<Row>;
  /** The state of every product. Absent: `state` is asked for each. */
  stock?(moment: Moment): AsyncIterable<Row>;
  state(productId: string, moment: Moment): Promise<Row | undefined>;
}

/** The rows of an export: of these products one by one, or, without any, of all. */
export async function* rowsOf(
  what: What,
  source: Source,
  { products, moment }: { readonly products?: readonly string[]; readonly moment: Moment },
): AsyncGenerator<Row> {
  if (what === 'feed') yield* source.feed(moment);
  else if (what === 'stock' && products === undefined && source.stock !== undefined)
    yield* source.stock(moment);
  else
    for (const productId of products ?? (await source.products())) {
      if (what === 'stock') {
        const state = await source.state(productId, moment);
        if (state !== undefined) yield state;
      } else if (what === 'ledger') yield* ledgerRows(productId, source.ledger(productId, moment));
      else yield* source.events(productId, moment);
    }
}
