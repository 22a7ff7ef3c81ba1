import type { Schemas } from '@hindsight/client';
import { useEffect, useRef } from 'preact/hooks';
import { usePage, usePages } from '../hooks';
import { asQuery, withParameters } from '../model/cursor';
import { shown } from '../model/ledger';
import { localText } from '../model/time';
import { text } from '../text';
import { More, Panel, ProblemNote } from './basics';
import { EventLines, signedText, type EventLine } from './event-lines';

type Explanation = Schemas['Explanation'];
type Diff = Schemas['Diff'];

/** What is explained: a number, or how it differs from what is known now. Part of the address. */
export type Why = 'number' | 'difference';

export function useWhy(): readonly [Why | undefined, (why: Why | undefined) => void] {
  const { search, setSearch } = usePage();
  const given = new URLSearchParams(search).get('why');
  const why = given === 'number' || given === 'difference' ? given : undefined;
  return [why, (next) => setSearch(withParameters(location.search, { why: next }))];
}

const words = text.why;
const LIMIT = '100';

function useFocus() {
  const heading = useRef<HTMLDivElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return heading;
}

interface WhyProps {
  readonly productId: string;
  /** The answer is asked for again when this changes. */
  readonly version: number;
  onClose(): void;
}

const Close = ({ onClose }: Pick<WhyProps, 'onClose'>) => (
  <button type="button" class="quiet" aria-label={words.close} onClick={onClose}>
    ✕
  </button>
);

const linesOf = ({ lines }: Explanation): EventLine[] =>
  lines.map(({ event, change, balance, variance }) => ({
    key: event.eventId,
    ...{ event, change, balance },
    tag: variance === undefined || variance === '0' ? undefined : text.ledger.variance(signedText(variance)),
  }));

/** The lines of `GET /products/:id/explain`: what the number at the cursor is made of. */
function ExplainPanel({ productId, version, onClose }: WhyProps) {
  const { cursor } = usePage();
  const query = new URLSearchParams({ ...asQuery(cursor), limit: LIMIT });
  const path = `/products/${encodeURIComponent(productId)}/explain?${query}`;
  const { pages, problem, more } = usePages<Explanation>(path, version);
  const heading = useFocus();
  const [last] = pages;
  const first = pages.at(-1);
  // Each further page has the lines before.
  const lines = [...pages].reverse().flatMap(linesOf);
  return (
    <Panel id="explain" title={words.explain} call={{ path }} actions={<Close onClose={onClose} />}>
      <div ref={heading} tabIndex={-1} class="focusable">
        {problem && <ProblemNote problem={problem} />}
        {last && first && (
          <>
            <p class="muted">{words.explained(lines.length, shown(last.quantity))}</p>
            <More more={more} label={words.earlier} />
            <EventLines
              lines={lines}
              head={
                <tr class="opening">
                  <td colSpan={3}>{words.opening}</td>
                  <td class="number balance">{shown(first.opening)}</td>
                  <td />
                </tr>
              }
            />
            <p class="total">
              {words.total} <output data-value={last.quantity}>{shown(last.quantity)}</output>{' '}
              <bdi class="muted">{last.unit}</bdi>
            </p>
          </>
        )}
      </div>
    </Panel>
  );
}

const contributionsOf = ({ contributions }: Diff): EventLine[] =>
  contributions.map(({ event, change }) => ({ key: event.eventId, event, change }));

/** The events of `GET /products/:id/diff`: what was recorded since, and how much of the difference each one makes. */
function DiffPanel({ productId, version, onClose }: WhyProps) {
  const { cursor } = usePage();
  const { asOf, knownAt } = cursor;
  const query = new URLSearchParams({
    ...(asOf !== null && { asOf }),
    ...(knownAt !== null && { from: knownAt }),
    limit: LIMIT,
  });
  const path = `/products/${encodeURIComponent(productId)}/diff?${query}`;
  const { pages, problem, more } = usePages<Diff>(knownAt === null ? undefined : path, version);
  const heading = useFocus();
  const [page] = pages;
  const all = pages.flatMap(contributionsOf);
  const lines = all.filter(({ change }) => change !== '0');
  const numberOf = (end: Diff['from']) => shown(end.state?.quantity ?? '0');
  return (
    <Panel id="diff" title={words.diff} call={{ path }} actions={<Close onClose={onClose} />}>
      <div ref={heading} tabIndex={-1} class="focusable">
        {problem && <ProblemNote problem={problem} />}
        {page && knownAt !== null && (
          <>
            <p class="muted">
              {words.differs(localText(Date.parse(knownAt)), numberOf(page.from), numberOf(page.to))}
            </p>
            {lines.length > 0 && <EventLines lines={lines} />}
            <p class="muted">{words.without(all.length - lines.length)}</p>
            <More more={more} label={words.later} />
            <p class="total">
              {words.sum} <output data-value={page.change}>{signedText(page.change)}</output>
            </p>
          </>
        )}
      </div>
    </Panel>
  );
}

/** The panel that was asked for, if any. */
export function WhyPanel({ why, ...props }: WhyProps & { why: Why | undefined }) {
  const { cursor } = usePage();
  if (why === 'number') return <ExplainPanel {...props} />;
  return why === 'difference' && cursor.knownAt !== null ? <DiffPanel {...props} /> : null;
}
