import type { ProductState } from '@hindsight/domain';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { useAnswer, useDebounced, useHistory, useNow, usePage } from '../hooks';
import { asQuery, withParameters } from '../model/cursor';
import { draftFrom, draftOf, formsOf, type EventForm } from '../model/form';
import {
  historyFrom,
  indexAt,
  lineAt,
  quantityAt,
  stateAt,
  versionAt,
  type Entry,
  type History,
} from '../model/history';
import { CursorBar } from '../parts/cursor-bar';
import { Link, ProblemNote } from '../parts/basics';
import { eventsOf, useDryRun, type Preview, type WhatIf } from '../parts/dry-run';
import { LedgerPanel } from '../parts/ledger';
import { LinePanel } from '../parts/line';
import { MapPanel } from '../parts/map';
import { StateCard } from '../parts/state-card';
import { WhatIfPanel } from '../parts/what-if';
import { useWhy, WhyPanel } from '../parts/why';
import { WorkflowPanel } from '../parts/workflow';
import { text } from '../text';

/** Folding more events than this takes longer than asking. */
const FOLDED_HERE = 5_000;
const DELAY_MS = 200;

interface StateAnswer {
  readonly state: ProductState;
}

/** The state at the cursor: folded here, or the server's answer for a long log. */
function useStateAt(history: History, asOf: number, version: number): ProductState | null | undefined {
  const { cursor } = usePage();
  const settled = useDebounced(cursor, DELAY_MS);
  const isLong = history.events.length > FOLDED_HERE;
  const query = new URLSearchParams(asQuery(settled)).toString();
  const path = `/products/${encodeURIComponent(history.productId)}/state${query === '' ? '' : `?${query}`}`;
  const answer = useAnswer<StateAnswer>(isLong ? path : undefined, history.head);
  const folded = useMemo(
    () => (isLong ? null : (stateAt(history, asOf, version)?.state ?? null)),
    [isLong, history, asOf, version],
  );
  if (!isLong) return folded;
  if (answer === undefined || settled !== cursor) return undefined;
  return 'data' in answer ? answer.data.state : null;
}

function useForms(): readonly EventForm[] {
  const { service } = usePage();
  const [forms, setForms] = useState<readonly EventForm[]>([]);
  useEffect(() => void service.document().then((document) => setForms(formsOf(document))), [service]);
  return forms;
}

/** The what-if event; its type is part of the address. */
function useWhatIf(forms: readonly EventForm[]) {
  const { search, setSearch } = usePage();
  const eventType = new URLSearchParams(search).get('whatIf');
  const [whatIf, setWhatIf] = useState<WhatIf>();
  const form = forms.find((one) => one.eventType === eventType);
  const shownWhatIf =
    form === undefined ? undefined : (whatIf ?? { draft: draftOf(form.eventType), companion: undefined });
  const change = (next: WhatIf | undefined) => {
    setWhatIf(next);
    setSearch(withParameters(location.search, { whatIf: next?.draft.eventType }));
  };
  return [shownWhatIf, change] as const;
}

/** A draft that retracts or corrects an event. */
function correctionOf(forms: readonly EventForm[], entry: Entry, replaces: boolean): WhatIf | undefined {
  const form = forms.find(
    ({ fields }) =>
      fields.some(({ kind }) => kind === 'target') &&
      fields.some(({ kind }) => kind === 'replacement') === replaces,
  );
  const field = form?.fields.find(({ kind }) => kind === 'replacement');
  if (form === undefined) return undefined;
  const replacement = field && { [field.name]: draftFrom(entry.effective.content) };
  const draft = draftOf(form.eventType, { targetEventId: entry.event.eventId, ...replacement });
  return { draft, companion: undefined };
}

/** The lines of a product's life: as known now, as believed at the cursor, and as a draft would make it. */
function useLines(history: History, preview: Preview, isDrafting: boolean) {
  const { cursor } = usePage();
  const version = versionAt(history, cursor.knownAt);
  const known = useMemo(() => lineAt(history, history.head), [history]);
  const isPast = cursor.knownAt !== null;
  const ghost = useMemo(() => (isPast ? lineAt(history, version) : undefined), [history, version, isPast]);
  const drawn = eventsOf(preview);
  const draft = useMemo(() => {
    const added = (drawn ?? []).filter((event) => event.version > history.head);
    if (!isDrafting || added.length === 0) return undefined;
    const extended = historyFrom(history.productId, [...history.events, ...added]);
    return lineAt(extended, extended.head);
  }, [history, drawn, isDrafting]);
  const conflicts = useMemo(() => {
    const { adjustment } = preview.status === 'refused' ? preview.problem : {};
    return (adjustment?.conflicts ?? []).map(({ effectiveAt }) => Date.parse(effectiveAt));
  }, [preview]);
  const all = [known, ...[ghost, draft].filter((line) => line !== undefined)];
  return { version, known, ghost, draft, conflicts, all };
}

function Unknown({ productId }: { productId: string }) {
  return (
    <div class="note">
      <h2>{text.product.unknown(productId)}</h2>
      <p>{text.product.first}</p>
    </div>
  );
}

/** The cursor steps through the events of the product. */
function HistoryCursor({ history, now }: { history: History; now: number }) {
  const times = useMemo(() => [...new Set(history.entries.map(({ at }) => at))], [history]);
  const knowns = useMemo(
    () => [...new Set(history.events.map(({ recordedAt }) => Date.parse(recordedAt)))],
    [history],
  );
  return <CursorBar times={times.slice(0, indexAt(times, now) + 1)} knowns={knowns} />;
}

function Loaded({ history, now, isLive }: { history: History; now: number; isLive: boolean | undefined }) {
  const { cursor } = usePage();
  const forms = useForms();
  const [whatIf, setWhatIf] = useWhatIf(forms);
  const [why, setWhy] = useWhy();
  const [recorded, setRecorded] = useState(0);
  const preview = useDryRun(history.productId, forms, whatIf, recorded);
  const { version, ...lines } = useLines(history, preview, whatIf !== undefined);
  const asOf = cursor.asOf === null ? now : Date.parse(cursor.asOf);
  const state = useStateAt(history, asOf, version);
  const begin = (next: WhatIf | undefined) => {
    setWhatIf(next);
    scrollTo({ top: 0 });
  };
  const lastType = whatIf?.draft.eventType ?? history.events.at(-1)?.eventType;
  const whatIfPanel = whatIf && (
    <WhatIfPanel
      {...{ history, forms, whatIf, preview }}
      onChange={setWhatIf}
      onClose={() => setWhatIf(undefined)}
      onRecorded={() => {
        setRecorded(recorded + 1);
        setWhatIf({ draft: draftOf(whatIf.draft.eventType), companion: undefined });
      }}
    />
  );
  return (
    <>
      <HistoryCursor history={history} now={now} />
      <main>
        {history.events.length === 0 && <Unknown productId={history.productId} />}
        <StateCard
          {...{ history, state, version, isLive }}
          knownNow={quantityAt(lines.known, asOf)}
          isCompared={cursor.knownAt !== null}
          onWhy={(next) => setWhy(why === next ? undefined : next)}
        >
          {!whatIf && forms.length > 0 && (
            <button type="button" class="primary" onClick={() => begin(emptyWhatIf(forms, history))}>
              {text.whatIf.open}
            </button>
          )}
        </StateCard>
        <WhyPanel
          {...{ why, productId: history.productId, version: history.head }}
          onClose={() => setWhy(undefined)}
        />
        <div class={`beside ${whatIf ? 'open' : ''}`}>
          <LinePanel {...{ history, now, ...lines }} />
          {whatIfPanel}
          <div class="rest">
            {history.events.length > 0 && (
              <>
                <MapPanel history={history} now={now} lines={lines.all} />
                <LedgerPanel
                  {...{ history, asOf, version }}
                  onCorrect={(entry) => begin(correctionOf(forms, entry, true))}
                  onRetract={(entry) => begin(correctionOf(forms, entry, false))}
                />
              </>
            )}
            {forms.length > 0 && <WorkflowPanel forms={forms} eventType={lastType} />}
          </div>
        </div>
      </main>
    </>
  );
}

/** What people try most: something goes out, if there is something. */
function emptyWhatIf(forms: readonly EventForm[], { events }: History): WhatIf {
  const likely = events.length > 0 ? 'productShipped' : 'productReceived';
  const form = forms.find(({ eventType }) => eventType === likely) ?? forms[0];
  return { draft: draftOf(form?.eventType ?? ''), companion: undefined };
}

/** `/p/:productId` */
export function ProductPage({ productId }: { productId: string }) {
  const { service } = usePage();
  const { history, isComplete, isLive, problem } = useHistory(service, productId);
  const now = useNow();
  useEffect(() => void (document.title = `${productId} · ${text.name}`), [productId]);
  const isUnknown = problem?.type.endsWith('/product-not-found') ?? false;
  return (
    <>
      {!isComplete && (
        <p class="reading" role="status">
          {text.product.reading(history.events.length)}
        </p>
      )}
      {problem && !isUnknown && problem.status !== 401 && (
        <main>
          <ProblemNote problem={problem}>
            <p>
              <Link to="/">{text.product.toProducts}</Link>
            </p>
          </ProblemNote>
        </main>
      )}
      {(history.events.length > 0 || isUnknown) && <Loaded {...{ history, now, isLive }} />}
    </>
  );
}
