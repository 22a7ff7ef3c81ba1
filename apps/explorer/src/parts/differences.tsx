import type { Schemas } from '@hindsight/client';
import { inWords } from '../model/form';
import { shown } from '../model/ledger';
import { valueText } from '../model/values';
import { text } from '../text';
import { Link } from './basics';
import { EventLines, signedText } from './event-lines';
import { productPath } from './product-table';

type AnswerDiff = Schemas['AnswerDiff'];

const words = text.differences;
const NOT_TOLD = new Set(['quantity', 'conflicts']);

const quantityOf = ({ state }: AnswerDiff['from']): string => shown(state?.quantity ?? '0');

/** Fields besides the quantity that differ, before and after. */
function fieldsOf({ changed, from, to }: AnswerDiff): string {
  const value = (end: AnswerDiff['from'], field: string) =>
    valueText((end.state as Readonly<Record<string, unknown>> | null)?.[field]);
  return changed
    .filter((field) => !NOT_TOLD.has(field))
    .map((field) => `${inWords(field)} ${words.reads(value(from, field), value(to, field))}`)
    .join(' · ');
}

/** A product that differs, and the events that make the difference. */
function Difference({ diff }: { diff: AnswerDiff }) {
  const { productId, from, to, change, contributions, rest } = diff;
  const state = to.state ?? from.state;
  const name = state?.name ?? undefined;
  const fields = fieldsOf(diff);
  return (
    <article class="difference" data-product={productId}>
      <header>
        <h3>
          <Link to={productPath(productId)}>
            <bdi>{name ?? productId}</bdi>
          </Link>
          {name !== undefined && (
            <small>
              {' '}
              <bdi>{productId}</bdi>
            </small>
          )}
        </h3>
        <p class="sum">
          <span class="muted">{words.reads(quantityOf(from), quantityOf(to))}</span>{' '}
          <output class="late" data-value={change}>
            {signedText(change)}
          </output>{' '}
          <bdi class="muted">{state?.unit}</bdi>
        </p>
      </header>
      {fields !== '' && <p class="muted">{fields}</p>}
      <EventLines
        lines={contributions.map(({ event, change: share }) => ({
          key: event.eventId,
          event,
          change: share,
        }))}
      />
      {rest && (
        <p class="muted">
          {words.rest(signedText(rest.change))} <Link to={productPath(productId)}>{words.all}</Link>
        </p>
      )}
    </article>
  );
}

export const Differences = ({ products }: { products: readonly AnswerDiff[] }) => (
  <div class="differences">
    {products.map((diff) => (
      <Difference key={diff.productId} diff={diff} />
    ))}
  </div>
);
