import type { Schemas } from '@hindsight/client';
import { useEffect, useState } from 'preact/hooks';
import { usePage, usePages } from '../hooks';
import { laterThan, type Closing, type Closings } from '../model/closing';
import { shown } from '../model/ledger';
import { localText } from '../model/time';
import type { Problem } from '../service';
import { text } from '../text';
import { Download, More, Panel, ProblemNote, Status } from './basics';
import { Differences } from './differences';
import { ProductName } from './product-table';

const words = text.closingsPage;
const LIMIT = '100';

const pathOf = ({ closingId }: Closing): string => `/closings/${encodeURIComponent(closingId)}`;

/** A closing with what it is compared. */
interface Compared {
  readonly closing: Closing;
  /** The id of another closing, or `now`. */
  readonly against: string;
  /** The answers are read again when this changes. */
  readonly again: unknown;
}

/** What is compared: at a past cursor, what was known then instead of what is known now. */
function useDiffPath({ closing, against }: Compared): (format?: 'csv') => string {
  const { cursor } = usePage();
  const { asOf, knownAt } = closing;
  const isThen =
    against === 'now' && cursor.knownAt !== null && knownAt !== null && cursor.knownAt >= knownAt;
  const address = isThen ? '/stock/diff' : `${pathOf(closing)}/diff`;
  const query = isThen ? `asOf=${asOf}&from=${knownAt}&to=${cursor.knownAt}` : `against=${against}`;
  return (format) => `${address}?${query}${format === undefined ? '' : `&format=${format}`}`;
}

/** What changed in the period since, with what each event contributed. */
export function ClosingDiff(props: Compared & { closings: Closings; onAgainst(against: string): void }) {
  const { closing, against, again, closings, onAgainst } = props;
  const { cursor } = usePage();
  const path = useDiffPath(props);
  const { pages, problem, more } = usePages<Schemas['ClosingDiff']>(`${path()}&limit=${LIMIT}`, again);
  const products = pages.flatMap((page) => page.products);
  const now = cursor.knownAt === null ? words.now : words.knownAt(localText(Date.parse(cursor.knownAt)));
  return (
    <Panel
      id="closing-diff"
      title={words.diff}
      call={{ path: path() }}
      actions={
        <>
          <label class="inline">
            {words.against}{' '}
            <select value={against} onChange={(event) => onAgainst(event.currentTarget.value)}>
              <option value="now">{now}</option>
              {laterThan(closings, closing).map(({ closingId, name }) => (
                <option key={closingId} value={closingId}>
                  {name ?? closingId}
                </option>
              ))}
            </select>
          </label>
          <Download path={path('csv')} name={`closing-${closing.closingId}-diff.csv`} />
        </>
      }
    >
      {problem && <ProblemNote problem={problem} />}
      {pages.length > 0 && (
        <p role="status">
          {products.length === 0 && more === undefined
            ? words.unchanged
            : words.changed(products.length, more !== undefined)}
        </p>
      )}
      <Differences products={products} />
      <footer>
        <More more={more} label={text.home.more} />
      </footer>
    </Panel>
  );
}

/** Asks once more before a period is opened again. */
function Reopen({ closing, onReopened }: { closing: Closing; onReopened(): void }) {
  const { service, announce } = usePage();
  const [isAsking, setAsking] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const { closingId } = closing;
  const reopen = async () => {
    const answer = await service.remove<Closing>(pathOf(closing));
    if ('problem' in answer) return setProblem(answer.problem);
    announce(words.reopened(closingId));
    return onReopened();
  };
  if (!isAsking)
    return (
      <button type="button" class="reopen" onClick={() => setAsking(true)}>
        {words.reopen}
      </button>
    );
  return (
    <div class="confirm" role="group" aria-labelledby="reopen-title">
      <h3 id="reopen-title">{words.reopenTitle(closingId)}</h3>
      <p>{words.reopenHelp}</p>
      {problem && <ProblemNote problem={problem} />}
      <div class="choices">
        <button type="button" class="danger" onClick={() => void reopen()}>
          {words.reopenNow}
        </button>
        <button type="button" onClick={() => setAsking(false)}>
          {words.cancel}
        </button>
      </div>
    </div>
  );
}

type ReportPage = Schemas['ClosingReport'];

function ReportTable({ rows }: { rows: ReportPage['products'] }) {
  const { product, quantity, status } = text.home.columns;
  return (
    <div class="scroll">
      <table class="stock">
        <thead>
          <tr>
            <th scope="col">{product}</th>
            <th scope="col" class="number">
              {quantity}
            </th>
            <th scope="col">{status}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ productId, state }) => (
            <tr key={productId} data-product={productId}>
              <ProductName productId={productId} name={state.name ?? undefined} />
              <td class="number balance">
                <output data-value={state.quantity} class={state.quantity.startsWith('-') ? 'error' : ''}>
                  {shown(state.quantity)}
                </output>{' '}
                <bdi class="muted">{state.unit}</bdi>
              </td>
              <td>
                <Status status={state.status} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The stock as the closing keeps it. */
export function ClosingReport(props: {
  closing: Closing;
  /** It is the last one. */
  canReopen: boolean;
  onHide(): void;
  onReopened(): void;
}) {
  const { closing, canReopen, onHide, onReopened } = props;
  const { closingId, name, asOf, knownAt, closedAt } = closing;
  const { pages, problem, more } = usePages<ReportPage>(
    closedAt === null ? undefined : `${pathOf(closing)}?limit=${LIMIT}`,
    closedAt,
  );
  const rows = pages.flatMap((page) => page.products);
  useEffect(() => document.getElementById('closing')?.scrollIntoView({ block: 'nearest' }), [closingId]);
  return (
    <Panel
      id="closing"
      title={`${words.report}: ${name ?? closingId}`}
      call={{ path: pathOf(closing) }}
      actions={
        <>
          {closedAt !== null && (
            <Download path={`${pathOf(closing)}?format=csv`} name={`closing-${closingId}.csv`} />
          )}
          <button type="button" class="quiet" aria-label={words.hide} onClick={onHide}>
            ✕
          </button>
        </>
      }
    >
      {problem && <ProblemNote problem={problem} />}
      {closedAt === null || knownAt === null ? (
        <p role="status">{words.waiting}</p>
      ) : (
        <p class="muted">
          {words.reportHelp(localText(Date.parse(knownAt)))}{' '}
          <a href={`/stock?asOf=${asOf}&knownAt=${knownAt}`}>{words.asStock}</a>
        </p>
      )}
      {rows.length > 0 && <ReportTable rows={rows} />}
      <footer>
        <More more={more} label={text.home.more} />
        {canReopen && <Reopen closing={closing} onReopened={onReopened} />}
      </footer>
    </Panel>
  );
}
