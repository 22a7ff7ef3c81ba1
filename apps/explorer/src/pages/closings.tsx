import { useEffect, useState } from 'preact/hooks';
import { useAnswer, usePage } from '../hooks';
import { lastOf, throughText, type Closing, type Closings } from '../model/closing';
import { withParameters } from '../model/cursor';
import { localText } from '../model/time';
import { Panel, ProblemNote, Time } from '../parts/basics';
import { useNews } from '../parts/catalogue-hooks';
import { ClosingForm } from '../parts/closing-form';
import { ClosingDiff, ClosingReport } from '../parts/closing-report';
import { DayCursor } from '../parts/cursor-bar';
import { text } from '../text';

const words = text.closingsPage;
/** While a report is awaited. */
const POLL_MS = 1_000;

/** The closing that is shown, and what it is compared with: parts of the address. */
function useChosen() {
  const { search, setSearch } = usePage();
  const query = new URLSearchParams(search);
  const [closingId, against] = [query.get('closing'), query.get('against') ?? 'now'];
  const choose = (next: string | undefined, other?: string) =>
    setSearch(
      withParameters(location.search, { closing: next, against: other === 'now' ? undefined : other }),
    );
  return { closingId, against, choose };
}

function useClosings() {
  const [reads, setReads] = useState(0);
  const answer = useAnswer<Closings>('/closings', reads);
  const again = () => setReads((before) => before + 1);
  const isWaiting =
    answer !== undefined &&
    'data' in answer &&
    answer.data.closings.some(({ status }) => status === 'closing');
  useEffect(() => {
    if (!isWaiting) return undefined;
    const timer = setTimeout(again, POLL_MS);
    return () => clearTimeout(timer);
  }, [isWaiting, answer]);
  return { answer, again };
}

interface RowProps {
  readonly closing: Closing;
  readonly isChosen: boolean;
  /** Undefined: the cursor is at now. */
  readonly knownAt: string | null;
  onChoose(): void;
}

function Row({ closing, isChosen, knownAt, onChoose }: RowProps) {
  const { closingId, name, asOf, status, products, begunAt, begunBy, reopenedAt, reopenedBy } = closing;
  const isLater = knownAt !== null && begunAt > knownAt;
  return (
    <tr class={isLater ? 'after' : ''} data-closing={closingId}>
      <td class="product">
        <button type="button" class="link" aria-pressed={isChosen} onClick={onChoose}>
          {name ?? closingId}
        </button>
        {name !== null && <small>{closingId}</small>}
      </td>
      <td>
        <time dateTime={asOf} title={asOf}>
          {throughText(asOf)}
        </time>
      </td>
      <td>
        <span class={`status ${status}`}>{words.status[status]}</span>
        {isLater && <span class="tag">{words.later}</span>}
        {reopenedAt !== null && (
          <small>{words.reopenedBy(localText(Date.parse(reopenedAt)), reopenedBy ?? '')}</small>
        )}
      </td>
      <td class="number">{products}</td>
      <td class="recorded">
        <Time at={begunAt} rough />
        <small>{words.by(begunBy)}</small>
      </td>
    </tr>
  );
}

function Table({
  closings,
  chosen,
  onChoose,
}: {
  closings: Closings;
  chosen: string | null;
  onChoose(id: string): void;
}) {
  const { cursor } = usePage();
  const { closing, through, status, products, begun } = words.columns;
  return (
    <div class="scroll">
      <table class="closings">
        <thead>
          <tr>
            <th scope="col">{closing}</th>
            <th scope="col">{through}</th>
            <th scope="col">{status}</th>
            <th scope="col" class="number">
              {products}
            </th>
            <th scope="col">{begun}</th>
          </tr>
        </thead>
        <tbody>
          {[...closings.closings].reverse().map((one) => (
            <Row
              key={one.closingId}
              closing={one}
              isChosen={one.closingId === chosen}
              knownAt={cursor.knownAt}
              onChoose={() => onChoose(one.closingId)}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Loaded({ closings, again }: { closings: Closings; again(): void }) {
  const { closingId, against, choose } = useChosen();
  const news = useNews();
  const closing = closings.closings.find((one) => one.closingId === closingId);
  const { closedThrough } = closings;
  return (
    <>
      <Panel id="closings" title={words.list} call={{ path: '/closings' }}>
        <p class="muted">
          {closings.closings.length === 0
            ? words.none
            : closedThrough === null
              ? words.open
              : words.closedThrough(throughText(closedThrough))}
        </p>
        {closings.closings.length > 0 && <Table closings={closings} chosen={closingId} onChoose={choose} />}
      </Panel>
      {closing && closing.closedAt !== null && (
        <ClosingDiff
          {...{ closing, closings, against, again: news }}
          onAgainst={(other) => choose(closing.closingId, other)}
        />
      )}
      {closing && (
        <ClosingReport
          closing={closing}
          canReopen={lastOf(closings)?.closingId === closing.closingId}
          onHide={() => choose(undefined)}
          onReopened={again}
        />
      )}
      <ClosingForm
        closedThrough={closedThrough}
        onBegun={(begun) => {
          again();
          choose(begun.closingId);
        }}
      />
    </>
  );
}

/** `/closings` */
export function ClosingsPage() {
  const { answer, again } = useClosings();
  useEffect(() => void (document.title = `${text.closings} · ${text.name}`), []);
  return (
    <>
      <DayCursor />
      <main>
        <h1 class="lead">{words.title}</h1>
        {answer && 'problem' in answer && <ProblemNote problem={answer.problem} />}
        {answer && 'data' in answer && <Loaded closings={answer.data} again={again} />}
      </main>
    </>
  );
}
