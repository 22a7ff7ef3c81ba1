import { useMemo } from 'preact/hooks';
import { useNow, usePage } from '../hooks';
import { isNow, NOW } from '../model/cursor';
import { indexAt } from '../model/history';
import { inputMoment, inputText, localText, utcText } from '../model/time';
import { text } from '../text';

interface AxisProps {
  readonly id: string;
  readonly label: string;
  readonly help: string;
  readonly value: string | null;
  /** The moments that the slider steps through, ascending. */
  readonly notches: readonly number[];
  onChange(value: string | null, replaces: boolean): void;
}

function Axis({ id, label, help, value, notches, onChange }: AxisProps) {
  const last = notches.length;
  const moment = value === null ? undefined : Date.parse(value);
  const place = moment === undefined ? last : Math.max(0, indexAt(notches, moment));
  const onSlide = (event: Event) => {
    const notch = notches[Number((event.currentTarget as HTMLInputElement).value)];
    onChange(notch === undefined ? null : new Date(notch).toISOString(), true);
  };
  const onType = (event: Event) => {
    const typed = (event.currentTarget as HTMLInputElement).value;
    const found = inputMoment(typed);
    if (typed === '') onChange(null, false);
    else if (found !== undefined) onChange(found, false);
  };
  return (
    <div class={`axis ${value === null ? '' : 'set'}`}>
      <label for={id} title={help}>
        {label}
      </label>
      <span class="moment" data-now={text.cursor.now}>
        <input
          id={id}
          type="datetime-local"
          step="any"
          value={moment === undefined ? '' : inputText(moment)}
          title={moment === undefined ? text.cursor.now : utcText(moment)}
          data-moment={value ?? 'now'}
          onChange={onType}
        />
      </span>
      <button
        type="button"
        class="quiet now"
        aria-pressed={value === null}
        aria-label={text.cursor.setNow(label)}
        onClick={() => onChange(null, false)}
      >
        {text.cursor.now}
      </button>
      <input
        type="range"
        min={0}
        max={last}
        step={1}
        value={place}
        disabled={last === 0}
        aria-label={text.cursor.slider(label)}
        aria-valuetext={moment === undefined ? text.cursor.now : localText(moment)}
        onInput={onSlide}
      />
    </div>
  );
}

/** The cursor (T, K) in the head of every page, and a band that says so if it is not now. */
export function CursorBar({ times, knowns }: { times: readonly number[]; knowns: readonly number[] }) {
  const { cursor, setCursor } = usePage();
  const { asOf, knownAt } = cursor;
  const words = text.cursor;
  const describe = words.past(
    asOf === null ? words.asOfNow : words.at(localText(Date.parse(asOf))),
    knownAt === null ? words.knownNow : words.knownThen(localText(Date.parse(knownAt))),
  );
  return (
    <section class="cursor" aria-label={words.title}>
      <div class="axes">
        <Axis
          {...{ id: 'as-of', label: words.asOf, help: words.asOfHelp, value: asOf, notches: times }}
          onChange={(value, replaces) => setCursor({ ...cursor, asOf: value }, replaces)}
        />
        <Axis
          {...{
            id: 'known-at',
            label: words.knownAt,
            help: words.knownAtHelp,
            value: knownAt,
            notches: knowns,
          }}
          onChange={(value, replaces) => setCursor({ ...cursor, knownAt: value }, replaces)}
        />
      </div>
      {!isNow(cursor) && (
        <div class="band" role="status">
          <span>{describe}</span>
          <button type="button" onClick={() => setCursor(NOW)}>
            {words.toNow}
          </button>
        </div>
      )}
    </section>
  );
}

const DAY_MS = 86_400_000;
const DAYS = 365;

/** The cursor of a page that knows no events to step through: the sliders go back a year, day by day. */
export function DayCursor() {
  const today = useNow(60_000 * 60);
  const days = useMemo(
    () => Array.from({ length: DAYS }, (_, day) => today - (DAYS - day) * DAY_MS),
    [today],
  );
  return <CursorBar times={days} knowns={days} />;
}
