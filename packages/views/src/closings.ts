/**
 * Makes the reports of closings.
 *
 * A closing locks its period first. Writers keep what they know of the lock for a while, so events may still come into
 * the period for some seconds. The report is about the period as known at a later recorded time K, at which every writer
 * knows the lock. So it has everything that came in, and once K is settled it can be stored for good.
 *
 * K is chosen here, by the clock of the indexer, because `settled` relies on that clock as well: no clock of a client or a
 * gateway can make K too early. K is also later than the period itself, which the writers rely on
 * (event-log/src/write/closed-period.ts).
 *
 * Every step may be repeated, by anyone: K is chosen once, and rows are stored once.
 */
import { csvHead, csvLine } from './csv';
import type { StockRow } from './stock';
import { isSettledAt, type ViewsReader } from './views';

/** What a report needs to know of a closing. */
interface Unfinished {
  readonly closingId: string;
  readonly asOf: string;
  readonly status: string;
  readonly knownAt: string | null;
}

interface RenderedRow {
  readonly key: string;
  readonly json: string;
  readonly csv: string;
}

/** The stored report of a closing. The log has it (packages/event-log). */
interface StoredReport {
  begin(csvHead: string): Promise<void>;
  /** The key of the last row that is stored. */
  end(): Promise<string | undefined>;
  /** @returns false if someone else stored rows meanwhile: go on after the new end */
  write(rows: AsyncIterable<readonly RenderedRow[]>): Promise<boolean>;
  count(): Promise<number>;
}

/** The register of closings. The log has it. */
interface Closings {
  list(): Promise<readonly Unfinished[]>;
  know(closingId: string, knownAt: string): Promise<Unfinished>;
  reported(closingId: string, rows: number): Promise<unknown>;
  report(closingId: string): StoredReport;
}

export interface ClosingReporterOptions {
  readonly closings: Closings;
  readonly views: Pick<ViewsReader, 'settled' | 'stock'>;
  readonly clock?: () => Date;
  /** From the moment at which a closing is seen to its K; longer than writers keep the lock. Milliseconds. */
  readonly waitMs: number;
}

export const renderedRow = (row: StockRow): RenderedRow => ({
  key: row.productId,
  json: JSON.stringify(row),
  csv: csvLine(row),
});

async function* rowsOf(
  views: Pick<ViewsReader, 'stock'>,
  query: { readonly asOf: string; readonly knownAt: string },
  after: string | undefined,
): AsyncGenerator<readonly RenderedRow[]> {
  for await (const { rows } of views.stock({ ...query, ...(after !== undefined && { after }) }))
    yield rows.map(renderedRow);
}

/** Takes every closing that is under way one step further. Safe to call at any time, by any number of processes. */
export async function advanceClosings({
  closings,
  views,
  clock = () => new Date(),
  waitMs,
}: ClosingReporterOptions): Promise<void> {
  for (const begun of await closings.list()) {
    if (begun.status !== 'closing') continue;
    const { closingId, asOf } = begun;
    const seenAt = Math.max(clock().getTime(), Date.parse(asOf));
    const closing =
      begun.knownAt === null
        ? await closings.know(closingId, new Date(seenAt + waitMs).toISOString())
        : begun;
    const { knownAt, status } = closing;
    if (status !== 'closing' || knownAt === null || !isSettledAt(knownAt, await views.settled())) continue;
    const report = closings.report(closingId);
    await report.begin(csvHead());
    while (!(await report.write(rowsOf(views, { asOf, knownAt }, await report.end()))));
    await closings.reported(closingId, await report.count());
  }
}
