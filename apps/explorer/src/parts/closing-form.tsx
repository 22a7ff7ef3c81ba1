import type { ComponentChildren } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { useAsked, usePage } from '../hooks';
import {
  dayOf,
  lastMonthEnd,
  requestOf,
  suggestedId,
  type Asked,
  type Closing,
  type ClosingPreview,
} from '../model/closing';
import { shown } from '../model/ledger';
import { localText } from '../model/time';
import type { Problem } from '../service';
import { text } from '../text';
import { Panel, ProblemNote } from './basics';
import { productPath } from './product-table';

const words = text.closingsPage;

/** Leads to the product at the end of the period. */
const Product = ({ productId, asOf }: { productId: string; asOf: string }) => (
  <a href={`${productPath(productId)}?asOf=${asOf}`}>
    <bdi>{productId}</bdi>
  </a>
);

function Listed({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <div>
      <h3>{title}</h3>
      <ul>{children}</ul>
    </div>
  );
}

/** What would be left open by the closing. */
function Missing({ preview }: { preview: ClosingPreview }) {
  const { asOf, products, settledThrough, setAside, belowZero, belowZeroTotal, conflicts, conflictsTotal } =
    preview;
  const count = text.plural(products, 'product');
  const isReady = setAside.length + belowZeroTotal + conflictsTotal === 0;
  return (
    <div class="missing">
      <p class={isReady ? 'done' : ''}>{isReady ? `✓ ${words.ready(count)}` : words.missing(count)}</p>
      {setAside.length > 0 && (
        <Listed title={words.setAside(setAside.length)}>
          {setAside.map((productId) => (
            <li key={productId}>
              <Product productId={productId} asOf={asOf} />
            </li>
          ))}
        </Listed>
      )}
      {belowZeroTotal > 0 && (
        <Listed title={words.belowZero(belowZeroTotal)}>
          {belowZero.map(({ productId, quantity }) => (
            <li key={productId}>
              <Product productId={productId} asOf={asOf} /> <span class="error">{shown(quantity)}</span>
            </li>
          ))}
        </Listed>
      )}
      {conflictsTotal > 0 && (
        <Listed title={words.conflicts(conflictsTotal)}>
          {conflicts.map(({ productId, rule, deficit, effectiveAt }) => (
            <li key={productId + rule}>
              <Product productId={productId} asOf={asOf} />{' '}
              {words.conflict(shown(deficit), localText(Date.parse(effectiveAt)))}
            </li>
          ))}
        </Listed>
      )}
      <p class="muted">
        {settledThrough === null ? words.unsettled : words.settled(localText(Date.parse(settledThrough)))}
      </p>
    </div>
  );
}

function Fields({ asked, onChange }: { asked: Asked; onChange(asked: Asked): void }) {
  const field = (name: keyof Asked, label: string, input: Readonly<Record<string, string>>) => (
    <label class="field">
      <span>{label}</span>
      <input
        {...input}
        name={name}
        autoComplete="off"
        value={asked[name]}
        onInput={(event) => onChange({ ...asked, [name]: event.currentTarget.value })}
      />
    </label>
  );
  return (
    <div class="fields">
      {field('day', words.day, { type: 'date', max: dayOf(new Date()) })}
      {field('closingId', words.id, {
        ...{ type: 'text', placeholder: suggestedId(asked.day), title: words.idHelp },
      })}
      {field('name', `${words.name} (${text.whatIf.optional})`, { type: 'text' })}
    </div>
  );
}

/** Closes a period; a dry run says what is missing, while it is filled in. */
export function ClosingForm({
  closedThrough,
  onBegun,
}: {
  closedThrough: string | null;
  onBegun(closing: Closing): void;
}) {
  const { service, announce, cursor } = usePage();
  const [asked, setAsked] = useState<Asked>(() => {
    const day = cursor.asOf === null ? lastMonthEnd(Date.now()) : dayOf(new Date(cursor.asOf));
    return { day, closingId: '', name: '' };
  });
  const [failure, setFailure] = useState<Problem>();
  const [isSending, setSending] = useState(false);
  const body = useMemo(() => requestOf(asked), [asked]);
  const path = '/closings?dryRun=true';
  const answer = useAsked<ClosingPreview>(path, body, closedThrough);
  const begin = async () => {
    if (body === undefined || isSending) return;
    setSending(true);
    const begun = await service.post<Closing>('/closings', body);
    setSending(false);
    if ('problem' in begun) return setFailure(begun.problem);
    setFailure(undefined);
    announce(words.begun(begun.data.closingId));
    return onBegun(begun.data);
  };
  const change = (next: Asked) => {
    setFailure(undefined);
    setAsked(next);
  };
  return (
    <Panel id="close" title={words.begin} {...(body && { call: { path, body } })}>
      <form class="close" noValidate onSubmit={(event) => event.preventDefault()}>
        <p class="muted">{words.beginHelp}</p>
        <Fields asked={asked} onChange={change} />
        <div class="answer" aria-live="polite">
          {body && answer === undefined && <p class="muted">{words.asking}</p>}
          {answer && 'problem' in answer && <ProblemNote problem={answer.problem} />}
          {answer && 'data' in answer && (
            <>
              <Missing preview={answer.data} />
              <button type="submit" class="primary" disabled={isSending} onClick={() => void begin()}>
                {words.close}
              </button>
            </>
          )}
          {failure && <ProblemNote problem={failure} />}
        </div>
      </form>
    </Panel>
  );
}
