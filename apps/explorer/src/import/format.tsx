import type { Choice } from '@hindsight/import';
import { useEffect, useState } from 'preact/hooks';
import { Panel } from '../parts/basics';
import { text } from '../text';
import { isUnderWay, setOptions, type Import } from './session';

const words = text.import;

type Named = readonly (readonly [value: string, label: string])[];

const ENCODINGS: Named = [
  ['utf-8', 'UTF-8'],
  ['windows-1252', 'Windows-1252 (Western Europe)'],
  ['windows-1250', 'Windows-1250 (Central Europe)'],
  ['windows-1251', 'Windows-1251 (Cyrillic)'],
  ['iso-8859-15', 'ISO-8859-15'],
  ['utf-16le', 'UTF-16 LE'],
  ['utf-16be', 'UTF-16 BE'],
  ['shift_jis', 'Shift JIS'],
  ['gb18030', 'GB 18030'],
];
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
const zones: Named = [
  ...(here === 'UTC' ? [] : [[here, words.here(here)] as const]),
  ...Intl.supportedValuesOf('timeZone')
    .filter((zone) => zone !== here && zone !== 'UTC')
    .map((zone) => [zone, zone] as const),
];

interface FieldProps {
  readonly name: keyof typeof words.labels;
  /** What was found, if nothing is chosen. */
  readonly found?: string | undefined;
  readonly current: Import;
  readonly options: Named;
  /** What holds if nothing is chosen, and nothing is detected. */
  readonly otherwise?: string;
}

/** A choice with its label; what was found stands as the first option. */
function Choose({ name, found, current, options, otherwise }: FieldProps) {
  const value = current.options[name];
  const detected = value === undefined ? (found?.split(' (')[0] ?? '—') : words.detect;
  const isAsked = current.question?.option === name;
  const change = (event: Event) => {
    const chosen = (event.currentTarget as HTMLSelectElement).value;
    setOptions({ [name]: chosen === '' ? undefined : chosen });
  };
  return (
    <div class="field">
      <label for={`import-${name}`}>{words.labels[name]}</label>
      <select
        id={`import-${name}`}
        value={value ?? ''}
        aria-invalid={isAsked}
        aria-describedby={isAsked ? 'import-question' : undefined}
        onChange={change}
      >
        <option value="">{otherwise ?? detected}</option>
        {options.map(([one, label]) => (
          <option key={one} value={one}>
            {label}
          </option>
        ))}
      </select>
      <small>{found ?? words.help[name]}</small>
    </div>
  );
}

/** A text that takes effect when it is left. */
function Type({ name, current }: { name: 'currency' | 'at'; current: Import }) {
  const value = current.options[name] ?? '';
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  const isAsked = current.question?.option === name;
  const change = () => {
    const next = name === 'currency' ? typed.trim().toUpperCase() : typed.trim();
    if (next !== value) setOptions({ [name]: next === '' ? undefined : next });
  };
  return (
    <div class="field">
      <label for={`import-${name}`}>{words.labels[name]}</label>
      <input
        id={`import-${name}`}
        type="text"
        autoComplete="off"
        placeholder={words.examples[name]}
        value={typed}
        aria-invalid={isAsked}
        aria-describedby={isAsked ? 'import-question' : undefined}
        onInput={(event) => setTyped(event.currentTarget.value)}
        onChange={change}
      />
      <small>{words.help[name]}</small>
    </div>
  );
}

const named = (texts: Readonly<Record<string, string>>): Named => Object.entries(texts);

/** How the file is read: what was found, and what can be chosen instead. */
export function FormatPanel({ current }: { current: Import }) {
  const found = (name: Choice['name']) => current.report.find((one) => one.name === name)?.text;
  const isTable = current.beginning === undefined || current.beginning.header.length > 0;
  const about = { current };
  return (
    <Panel id="format" title={words.format}>
      <fieldset disabled={isUnderWay(current)}>
        <legend class="hidden">{words.format}</legend>
        <div class="choices">
          <Choose {...about} name="encoding" found={found('encoding')} options={ENCODINGS} />
          {isTable && (
            <Choose
              {...{ ...about, found: found('delimiter'), options: named(words.delimiters) }}
              name="delimiter"
            />
          )}
          <Choose {...about} name="kind" found={found('kind')} options={named(words.kinds)} />
          {isTable && (
            <>
              <Choose {...about} name="dates" found={found('dates')} options={named(words.dateFormats)} />
              <Choose {...about} name="tz" otherwise="UTC" options={zones} />
              <Choose {...about} name="decimal" found={found('decimals')} options={named(words.marks)} />
              <Type {...about} name="currency" />
              <Type {...about} name="at" />
            </>
          )}
        </div>
      </fieldset>
    </Panel>
  );
}
