import { useMemo, useState } from 'preact/hooks';
import { usePage } from '../hooks';
import { titleOf } from '../model/form';
import type { Entry, History } from '../model/history';
import { ledgerOf, type Row } from '../model/ledger';
import { asQuery } from '../model/cursor';
import { localText } from '../model/time';
import { text } from '../text';
import { Panel, Time } from './basics';
import { detailsOf, EventHead, Recorded } from './event-lines';

export interface LedgerProps {
  readonly history: History;
  readonly asOf: number;
  readonly version: number;
  onCorrect(entry: Entry): void;
  onRetract(entry: Entry): void;
}

/** Rows shown at first, and more at each click. */
const ROWS = 50;

/** Leads to what was believed of the moment of a late event just before it was recorded. */
function Before({ entry, history }: { entry: Entry; history: History }) {
  const { setCursor } = usePage();
  const before = history.events.findLast(
    ({ recordedAt }) => recordedAt < (entry.correction ?? entry.event).recordedAt,
  );
  const words = text.ledger;
  if (before === undefined) return <span class="tag late">{words.isLate}</span>;
  const go = () => {
    setCursor({ asOf: entry.effective.event.effectiveAt, knownAt: before.recordedAt });
    scrollTo({ top: 0 });
  };
  return (
    <button type="button" class="tag late" title={words.seeBefore} onClick={go}>
      {words.isLate}: {words.seeBefore}
    </button>
  );
}

function What({ row: { entry, variance }, history }: { row: Row; history: History }) {
  const { content } = entry.effective;
  const words = text.ledger;
  const { endedBy, correction } = entry;
  const replaces = endedBy?.['replacement'] !== undefined;
  const ended = endedBy && localText(Date.parse(endedBy.recordedAt));
  const why = [(correction ?? entry.event).reason, endedBy?.reason].filter((one) => one !== undefined);
  return (
    <>
      <span class="what">{titleOf(content.eventType)}</span>
      {variance !== undefined && <span class="tag">{words.variance(variance)}</span>}
      {entry.isLate && <Before entry={entry} history={history} />}
      {ended !== undefined && (
        <span class="tag">{replaces ? words.correctedBy(ended) : words.retractedBy(ended)}</span>
      )}
      <small>{[detailsOf(content), ...why].filter((part) => part !== '').join(' · ')}</small>
    </>
  );
}

interface LineProps {
  readonly row: Row;
  readonly history: History;
  readonly isAfter: boolean;
  readonly actions: Pick<LedgerProps, 'onCorrect' | 'onRetract'>;
}

function Line({ row, history, isAfter, actions }: LineProps) {
  const { cursor, setCursor } = usePage();
  const { entry, effect, balance } = row;
  const words = text.ledger;
  const { effectiveAt, eventType } = entry.effective.event;
  const { recordedAt, recordedBy } = entry.correction ?? entry.event;
  const [what, when] = [titleOf(eventType), localText(entry.at)];
  const classes = [balance === undefined && 'struck', isAfter && 'after'].filter(Boolean).join(' ');
  return (
    <tr class={classes}>
      <td class="when">
        <button type="button" class="link" onClick={() => setCursor({ ...cursor, asOf: effectiveAt })}>
          <Time at={effectiveAt} />
        </button>
      </td>
      <td>
        <What row={row} history={history} />
      </td>
      <td class="number">{effect}</td>
      <td class="number balance">{balance}</td>
      <td class="recorded">
        <Recorded {...{ recordedAt, recordedBy, at: entry.at, isLate: entry.isLate }} />
      </td>
      <td class="acts">
        {entry.endedBy === undefined && (
          <>
            <button
              type="button"
              class="quiet"
              aria-label={words.correctThis(what, when)}
              onClick={() => actions.onCorrect(entry)}
            >
              {words.correct}
            </button>
            <button
              type="button"
              class="quiet"
              aria-label={words.retractThis(what, when)}
              onClick={() => actions.onRetract(entry)}
            >
              {words.retract}
            </button>
          </>
        )}
      </td>
    </tr>
  );
}

/** Newest first, as people look for what happened last. */
export function LedgerPanel({ history, asOf, version, ...actions }: LedgerProps) {
  const { cursor } = usePage();
  const { rows, since, next } = useMemo(() => ledgerOf(history, asOf, version), [history, asOf, version]);
  const [isWhole, setWhole] = useState(false);
  const [most, setMost] = useState(ROWS);
  const words = text.ledger;
  const first = isWhole ? 0 : since;
  const after = rows.slice(next).slice(0, ROWS).reverse();
  const here = rows.slice(Math.max(first, next - most), next).reverse();
  const hidden = next - first - here.length;
  const query = new URLSearchParams({ order: 'effective', ...asQuery({ ...cursor, asOf: null }) });
  const path = `/products/${encodeURIComponent(history.productId)}/events?${query}`;
  const line = (isAfter: boolean) => (row: Row) => (
    <Line key={`${row.entry.event.eventId} ${row.entry.from}`} {...{ row, history, isAfter, actions }} />
  );
  const balance = here.find((row) => row.balance !== undefined)?.balance;
  return (
    <Panel id="ledger" title={words.title} call={{ path }}>
      <div class="scroll">
        <table class="ledger">
          <EventHead hasBalance>
            <th scope="col">
              <span class="hidden">{words.actions}</span>
            </th>
          </EventHead>
          <tbody>
            {after.map(line(true))}
            {after.length > 0 && (
              <tr class="divider">
                <td colSpan={6}>↑ {words.afterwards}</td>
              </tr>
            )}
            {here.map(line(false))}
          </tbody>
        </table>
      </div>
      <footer>
        {hidden > 0 && (
          <button type="button" onClick={() => setMost(most * 4)}>
            {words.more(hidden)}
          </button>
        )}
        {hidden === 0 && since > 0 && !isWhole && (
          <button type="button" onClick={() => setWhole(true)}>
            {words.earlier(since)}
          </button>
        )}
        {balance !== undefined && <p class="muted">{words.ends(balance)}</p>}
      </footer>
    </Panel>
  );
}
