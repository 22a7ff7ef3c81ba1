import { useEffect, useRef, useState } from 'preact/hooks';
import { usePage } from '../hooks';
import { draftFrom, type Draft, type EventForm } from '../model/form';
import { counts, type History } from '../model/history';
import { shown } from '../model/ledger';
import { localText } from '../model/time';
import type { Appended, Problem } from '../service';
import { valueText } from '../model/values';
import { text } from '../text';
import { CopyCurl, ProblemNote } from './basics';
import type { Preview, WhatIf } from './dry-run';
import { EventFields } from './fields';

export interface WhatIfProps {
  readonly history: History;
  readonly forms: readonly EventForm[];
  readonly whatIf: WhatIf;
  readonly preview: Preview;
  onChange(whatIf: WhatIf): void;
  onClose(): void;
  onRecorded(result: Appended): void;
}

const words = text.whatIf;

/** What the event would change about now, and about later events. */
function Outcome({ result }: { result: Appended }) {
  const { adjustment, state, notices = [] } = result;
  const after = state?.quantity;
  const before = adjustment?.before?.quantity;
  return (
    <>
      {after !== undefined && (
        <p>
          {before !== undefined && before !== after
            ? words.would(shown(before), shown(after))
            : words.wouldStay(shown(after))}
          {adjustment && adjustment.eventsAffected > 0 && ` ${words.changes(adjustment.eventsAffected)}`}
        </p>
      )}
      {notices.map(({ code, detail }) => (
        <p class="notice" key={code}>
          {detail}
        </p>
      ))}
    </>
  );
}

interface RemedyProps extends Pick<WhatIfProps, 'whatIf' | 'onChange'> {
  readonly problem: Problem;
}

/** What can be done with an event of a closed period. */
function Closed({ whatIf, onChange }: Omit<RemedyProps, 'problem'>) {
  return (
    <div class="remedies">
      <h3>{words.closed}</h3>
      {(['carry', 'reopen'] as const).map((onLate) => (
        <button
          type="button"
          key={onLate}
          data-remedy={onLate}
          onClick={() => onChange({ ...whatIf, onLate })}
        >
          {words.onLate[onLate]}
        </button>
      ))}
    </div>
  );
}

/** What was chosen for an event of a closed period. */
function Chosen({ whatIf, onChange }: Omit<RemedyProps, 'problem'>) {
  if (whatIf.onLate === undefined) return null;
  return (
    <p class="together">
      {words.onLate[whatIf.onLate]}{' '}
      <button type="button" class="quiet" onClick={() => onChange({ ...whatIf, onLate: undefined })}>
        {words.notSo}
      </button>
    </p>
  );
}

/** What would fit: each is one click. */
function Remedies({ problem, whatIf, onChange }: RemedyProps) {
  const { fits, possibleFrom, needs } = problem.remedies ?? {};
  const { draft } = whatIf;
  if (problem.type.endsWith('/period-closed')) return <Closed {...{ whatIf, onChange }} />;
  const having = (values: Draft['values']) =>
    onChange({ ...whatIf, draft: { ...draft, values: { ...draft.values, ...values } } });
  if (fits === undefined && possibleFrom === undefined && needs === undefined) return null;
  // The amount of an adjustment is signed: what fits is as much less.
  const sign = valueText(draft.values['quantity']).startsWith('-') ? '-' : '';
  return (
    <div class="remedies">
      <h3>{words.remedies}</h3>
      {fits !== undefined && fits !== '0' && (
        <button type="button" data-remedy="fits" onClick={() => having({ quantity: sign + fits })}>
          {words.fits(shown(sign + fits))}
        </button>
      )}
      {possibleFrom !== undefined && (
        <button
          type="button"
          data-remedy="possibleFrom"
          onClick={() => having({ effectiveAt: possibleFrom })}
        >
          {words.possibleFrom(localText(Date.parse(possibleFrom)))}
        </button>
      )}
      {needs !== undefined && (
        <button
          type="button"
          data-remedy="needs"
          onClick={() => onChange({ draft, companion: { quantity: needs.quantity, effectiveAt: needs.by } })}
        >
          {words.needs(shown(needs.quantity), localText(Date.parse(needs.by)))}
        </button>
      )}
    </div>
  );
}

/** The receipt that goes along. */
function Together({ whatIf, onChange }: Omit<RemedyProps, 'problem'>) {
  const { companion } = whatIf;
  if (companion === undefined) return null;
  return (
    <p class="together">
      {words.withReceipt(shown(companion.quantity), localText(Date.parse(companion.effectiveAt)))}{' '}
      <button type="button" class="quiet" onClick={() => onChange({ ...whatIf, companion: undefined })}>
        {words.withoutReceipt}
      </button>
    </p>
  );
}

function Answer(props: WhatIfProps & { isSending: boolean; record(onConflict?: 'flag'): void }) {
  const { preview, isSending, record } = props;
  if (preview.status === 'incomplete') return <p class="muted">{words.incomplete}</p>;
  if (!('body' in preview)) return <p class="muted">{words.asking}</p>;
  if (preview.status === 'accepted')
    return (
      <>
        <Outcome result={preview.result} />
        <button type="submit" class="primary" disabled={isSending} onClick={() => record()}>
          {words.record}
        </button>
      </>
    );
  const { problem, flagged } = preview;
  const conflicts = problem.adjustment?.conflicts ?? [];
  return (
    <ProblemNote problem={{ ...problem, title: words.refused, errors: [] }}>
      <Remedies {...props} problem={problem} />
      {conflicts.length > 0 && (
        <details>
          <summary>{words.conflicts(problem.adjustment?.conflictsTotal ?? conflicts.length)}</summary>
          <ul class="conflicts">
            {conflicts.map(({ eventId, deficit, effectiveAt }) => (
              <li key={eventId}>{words.conflictAt(shown(deficit), localText(Date.parse(effectiveAt)))}</li>
            ))}
          </ul>
        </details>
      )}
      {flagged && (
        <button type="button" class="quiet" disabled={isSending} onClick={() => record('flag')}>
          {words.recordFlagged}
        </button>
      )}
    </ProblemNote>
  );
}

/** A target that was just chosen is what its replacement begins with. */
function withReplacement({ history, forms, whatIf }: WhatIfProps, draft: Draft): Draft {
  const { targetEventId } = draft.values;
  if (targetEventId === whatIf.draft.values['targetEventId']) return draft;
  const form = forms.find(({ eventType }) => eventType === draft.eventType);
  const field = form?.fields.find(({ kind }) => kind === 'replacement');
  const target = history.entries.findLast(({ event }) => event.eventId === targetEventId);
  if (field === undefined || target === undefined) return draft;
  return { ...draft, values: { ...draft.values, [field.name]: draftFrom(target.effective.content) } };
}

/** The form that shows what an event would change before it is recorded. */
export function WhatIfPanel(props: WhatIfProps) {
  const { history, forms, whatIf, preview, onChange, onClose, onRecorded } = props;
  const { service, announce } = usePage();
  const [isSending, setSending] = useState(false);
  const [failure, setFailure] = useState<Problem>();
  const [done, setDone] = useState<string>();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  useEffect(() => setFailure(undefined), [whatIf]);
  const { productId } = history;
  const record = async (onConflict?: 'flag') => {
    if (!('body' in preview) || isSending) return;
    setSending(true);
    const { onLate } = whatIf;
    const how = { ...(onConflict && { onConflict }), ...(onLate && { onLate }) };
    const answer = await service.append(productId, preview.body, how);
    setSending(false);
    if ('problem' in answer) return setFailure(answer.problem);
    const said = words.recorded(answer.data.version);
    setDone(said);
    announce(said);
    return onRecorded(answer.data);
  };
  const change = (draft: Draft) => onChange({ ...whatIf, draft: withReplacement(props, draft) });
  // What was recorded is said until the next event is begun, here or from a line of the ledger.
  const isBegun = Object.keys(whatIf.draft.values).length > 0;
  const problem = preview.status === 'refused' ? preview.problem : undefined;
  const errors = new Map((problem?.errors ?? []).map(({ path, message }) => [path, message]));
  const targets = history.entries.filter((entry) => counts(entry, history.head)).reverse();
  const body = 'body' in preview ? preview.body : undefined;
  const late = whatIf.onLate === undefined ? '' : `&onLate=${whatIf.onLate}`;
  const path = `/products/${encodeURIComponent(productId)}/events?dryRun=true${late}`;
  return (
    <section class="panel what-if" aria-labelledby="what-if-title">
      <header>
        <h2 id="what-if-title" ref={heading} tabIndex={-1}>
          {words.title}
        </h2>
        <div class="actions">
          {body !== undefined && <CopyCurl call={{ path, body }} />}
          <button type="button" class="quiet" aria-label={words.close} onClick={onClose}>
            ✕
          </button>
        </div>
      </header>
      <form noValidate onSubmit={(event) => event.preventDefault()}>
        <p class="muted">{words.intro}</p>
        <EventFields {...{ forms, draft: whatIf.draft, targets, errors, onChange: change }} />
        <Together {...{ whatIf, onChange }} />
        <Chosen {...{ whatIf, onChange }} />
        <div class="answer" aria-live="polite">
          {done === undefined || isBegun ? (
            <Answer {...props} isSending={isSending} record={(how) => void record(how)} />
          ) : (
            <p class="done">✓ {done}</p>
          )}
          {failure && <ProblemNote problem={failure} />}
        </div>
      </form>
    </section>
  );
}
