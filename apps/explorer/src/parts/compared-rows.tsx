import type { Schemas } from '@hindsight/client';
import { useState } from 'preact/hooks';
import { useAnswer, usePage } from '../hooks';
import type { Cursor } from '../model/cursor';
import { inWords } from '../model/form';
import { shown, signed } from '../model/ledger';
import { partsOf, stepsOf, sumOf, type Step } from '../model/steps';
import { otherFields, type ComparedRow } from '../model/stock';
import { localText } from '../model/time';
import { valueText } from '../model/values';
import { text } from '../text';
import { ProblemNote, Status } from './basics';
import { EventLines } from './event-lines';
import { ProductName } from './product-table';

const words = text.stockPage;

type Answered = Schemas['Explanation'] | Schemas['Diff'];

function useStep(step: Step | undefined) {
  const answer = useAnswer<Answered>(step?.path);
  const isAsked = step !== undefined && answer !== undefined;
  return {
    isReady: step === undefined || answer !== undefined,
    parts: isAsked && 'data' in answer ? partsOf(step, answer.data) : [],
    // Nothing existed there yet, or nothing does any more: the other step says how.
    problem: isAsked && 'problem' in answer && answer.problem.status !== 404 ? answer.problem : undefined,
  };
}

const momentText = (moment: string | null): string =>
  moment === null ? text.cursor.now : localText(Date.parse(moment));

interface CausesProps {
  readonly row: ComparedRow;
  readonly there: Cursor;
}

/** The events that make the difference of a row, step by step; their parts add up to it. */
function Causes({ row, there }: CausesProps) {
  const { cursor } = usePage();
  const { happened, learned } = stepsOf(row.productId, there, cursor);
  const [first, second] = [useStep(happened), useStep(learned)];
  if (!first.isReady || !second.isReady) return <p class="muted">{text.whatIf.asking}</p>;
  const rest = row.difference - sumOf([...first.parts, ...second.parts]);
  const problem = first.problem ?? second.problem;
  const block = (title: string, { parts }: typeof first) =>
    parts.length > 0 && (
      <>
        <h3>{title}</h3>
        <EventLines lines={parts.map(({ event, change }) => ({ key: event.eventId, event, change }))} />
      </>
    );
  return (
    <div class="causes">
      {problem && <ProblemNote problem={problem} />}
      {block(words.happened(momentText(there.asOf), momentText(cursor.asOf)), first)}
      {block(words.learned(momentText(there.knownAt), momentText(cursor.knownAt)), second)}
      {rest !== 0n && !problem && <p class="muted">{words.rest(signed(rest))}</p>}
      {otherFields(row).map(([name, then, now]) => (
        <p class="muted" key={name}>
          {inWords(name)} {text.differences.reads(valueText(then), valueText(now))}
        </p>
      ))}
    </div>
  );
}

/** @param there the other (T, K); undefined: nothing is compared */
export function StockLine({ row, there }: { row: ComparedRow; there: Cursor | undefined }) {
  const { productId, name, unit, here, difference, differs } = row;
  const [isOpen, setOpen] = useState(false);
  const causesId = `causes-${productId}`;
  return (
    <>
      <tr data-product={productId}>
        <ProductName productId={productId} name={name} />
        <td class="number balance">
          {here ? (
            <output data-value={here.quantity} class={here.quantity.startsWith('-') ? 'error' : ''}>
              {shown(here.quantity)}
            </output>
          ) : (
            <span class="muted">{text.map.nothing}</span>
          )}{' '}
          <bdi class="muted">{unit}</bdi>
        </td>
        {there && (
          <>
            <td class="number">
              {row.there ? shown(row.there.quantity) : <span class="muted">{text.map.nothing}</span>}
            </td>
            <td class="number">
              {differs && (
                <button
                  type="button"
                  class="link difference-of late"
                  aria-expanded={isOpen}
                  aria-controls={causesId}
                  title={text.product.why}
                  onClick={() => setOpen(!isOpen)}
                >
                  {difference === 0n ? words.other : signed(difference)}{' '}
                  <span aria-hidden="true">{isOpen ? '▾' : '▸'}</span>
                </button>
              )}
            </td>
          </>
        )}
        <td class={there ? 'states' : ''}>{here && <Status status={here.status} />}</td>
      </tr>
      {there && isOpen && (
        <tr class="causes" id={causesId}>
          <td colSpan={5}>
            <Causes row={row} there={there} />
          </td>
        </tr>
      )}
    </>
  );
}
