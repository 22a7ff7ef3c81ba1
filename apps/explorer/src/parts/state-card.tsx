import { decimalOf } from '@hindsight/bitemporal';
import type { ProductState } from '@hindsight/domain';
import type { ComponentChildren } from 'preact';
import { usePage } from '../hooks';
import { asQuery } from '../model/cursor';
import { inWords } from '../model/form';
import { millionthsOf, type History } from '../model/history';
import { shown, signed } from '../model/ledger';
import { localText } from '../model/time';
import { valueText } from '../model/values';
import { text } from '../text';
import { CopyCurl, Status } from './basics';
import type { Why } from './why';

export interface StateCardProps {
  readonly history: History;
  /** null: there is none at the cursor; undefined: not yet known. */
  readonly state: ProductState | null | undefined;
  readonly version: number;
  readonly isLive: boolean | undefined;
  /** What is known now of the moment shown. */
  readonly knownNow: bigint | undefined;
  readonly isCompared: boolean;
  /** Explains the number, or its difference. */
  onWhy(why: Why): void;
  readonly children: ComponentChildren;
}

const SHOWN_APART = new Set(['productId', 'name', 'quantity', 'unit', 'status', 'conflicts']);

function Compared({
  state,
  knownNow,
  onWhy,
}: Pick<StateCardProps, 'knownNow' | 'onWhy'> & { state: ProductState }) {
  const difference = (knownNow ?? 0n) - millionthsOf(state.quantity);
  const words = text.product;
  const known = knownNow === undefined ? text.map.nothing : shown(decimalOf(knownNow));
  return (
    <p class="compared">
      {difference === 0n ? words.same : words.knownNow(known, signed(difference))}{' '}
      <button type="button" class="link why" onClick={() => onWhy('difference')}>
        {difference === 0n ? words.whySame : words.why}
      </button>
    </p>
  );
}

/** Nothing is there at the cursor: says why, and leads to where something is. */
function Nothing({ history, version }: { history: History; version: number }) {
  const { cursor, setCursor } = usePage();
  const words = text.product;
  const first = history.entries.find(({ from, until }) => from <= version && version < until);
  const recorded = history.events[0]?.recordedAt;
  const go =
    first !== undefined
      ? () => setCursor({ ...cursor, asOf: first.effective.event.effectiveAt })
      : recorded !== undefined && version === 0
        ? () => setCursor({ ...cursor, knownAt: recorded })
        : undefined;
  return (
    <div class="nothing">
      <p>
        {first !== undefined
          ? words.nothingAt(localText(first.at))
          : version === 0
            ? words.nothingKnown
            : words.nothingCounts}
      </p>
      {go && (
        <button type="button" onClick={go}>
          {words.goThere}
        </button>
      )}
    </div>
  );
}

function Attributes({ state }: { state: ProductState }) {
  const set = Object.entries(state).filter(([name, value]) => !SHOWN_APART.has(name) && value !== null);
  if (set.length === 0) return null;
  return (
    <dl>
      {set.map(([name, value]) => (
        <div key={name}>
          <dt>{inWords(name)}</dt>
          <dd data-field={name}>{valueText(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

function Amount(props: Omit<StateCardProps, 'state'> & { state: ProductState }) {
  const { state, isCompared, knownNow, onWhy } = props;
  return (
    <>
      <p class={`quantity ${state.quantity.startsWith('-') ? 'negative' : ''}`}>
        <button
          type="button"
          class="link number"
          title={text.why.explain}
          aria-label={text.why.explainThis(shown(state.quantity))}
          onClick={() => onWhy('number')}
        >
          <output data-field="quantity" data-value={state.quantity}>
            {shown(state.quantity)}
          </output>
        </button>{' '}
        <bdi class="unit">{state.unit}</bdi>
      </p>
      <Status status={state.status} />
      {state.conflicts?.map(({ rule, deficit, effectiveAt }) => (
        <p class="error" key={rule}>
          {text.product.conflict(shown(deficit), localText(Date.parse(effectiveAt)))}
        </p>
      ))}
      {isCompared && <Compared {...{ state, knownNow, onWhy }} />}
    </>
  );
}

/** The state at the cursor. */
export function StateCard(props: StateCardProps) {
  const { history, state, version, isLive, children } = props;
  const { cursor } = usePage();
  const { productId } = history;
  const query = new URLSearchParams(asQuery(cursor)).toString();
  const path = `/products/${encodeURIComponent(productId)}/state${query === '' ? '' : `?${query}`}`;
  const words = text.product;
  const name = state?.name ?? undefined;
  return (
    <section class="card" aria-label={productId} data-version={version}>
      <div class="names">
        <h1>
          <bdi>{name ?? productId}</bdi>
        </h1>
        <p class="muted">
          {name !== undefined && <bdi>{productId}</bdi>} <span>{words.version(version)}</span>{' '}
          {isLive !== undefined && (
            <span class={isLive ? 'live' : 'lost'}>{isLive ? words.live : words.lost}</span>
          )}
        </p>
        {state && <Attributes state={state} />}
      </div>
      <div class="amount">
        {state === null && history.events.length > 0 && <Nothing history={history} version={version} />}
        {state && <Amount {...props} state={state} />}
      </div>
      <div class="do">
        {children}
        <CopyCurl call={{ path }} />
      </div>
    </section>
  );
}
