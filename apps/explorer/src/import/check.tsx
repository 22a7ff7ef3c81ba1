import { useState } from 'preact/hooks';
import { usePage } from '../hooks';
import { importCommand } from '../model/import';
import { Panel } from '../parts/basics';
import { text } from '../text';
import type { Checked, ConflictPolicy } from './messages';
import { isUnderWay, saveRefused, setConflicts, start, type Import } from './session';

const words = text.import;
/** Refused lines that are shown at first. */
const AT_FIRST = 10;

/** Copies the command that does the same. */
function CopyCommand({ current }: { current: Import }) {
  const { announce } = usePage();
  const [isCopied, setCopied] = useState(false);
  const command = importCommand(current.file.name, current.options, current.onConflict);
  const copy = () => {
    const done = () => {
      setCopied(true);
      announce(text.copied);
      setTimeout(() => setCopied(false), 2_000);
    };
    if (isSecureContext) void navigator.clipboard.writeText(command).then(done);
    else prompt(words.command, command);
  };
  return (
    <button type="button" class="quiet" title={command} onClick={copy}>
      {isCopied ? text.copied : words.command}
    </button>
  );
}

function Refused({ checked }: { checked: Checked }) {
  const [isAll, setAll] = useState(false);
  const { listed, refused } = checked;
  const shown = isAll ? listed : listed.slice(0, AT_FIRST);
  const hidden = listed.length - shown.length;
  return (
    <div class="problem refused">
      <strong>{words.refused(refused)}</strong>
      <p>{words.refusedHelp}</p>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">{words.lineHead}</th>
              <th scope="col">{words.why}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ line, why }) => (
              <tr key={line} data-line={line}>
                <td class="number">{line}</td>
                <td class="why">{why}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <footer>
        {hidden > 0 && (
          <button type="button" onClick={() => setAll(true)}>
            {words.showAll(hidden)}
          </button>
        )}
        {isAll && refused > listed.length && <span>{words.inFile(refused - listed.length)}</span>}
        <button type="button" onClick={saveRefused}>
          {words.save}
        </button>
      </footer>
    </div>
  );
}

function Conflicts({ current }: { current: Import }) {
  const change = (event: Event) =>
    setConflicts((event.currentTarget as HTMLSelectElement).value as ConflictPolicy);
  return (
    <div class="field">
      <label for="import-conflicts">{words.conflicts}</label>
      <select
        id="import-conflicts"
        value={current.onConflict}
        disabled={isUnderWay(current)}
        onChange={change}
      >
        {Object.entries(words.policies).map(([policy, label]) => (
          <option key={policy} value={policy}>
            {label}
          </option>
        ))}
      </select>
      <small>{words.rulesLater}</small>
    </div>
  );
}

const FirstLines = ({ lines }: { lines: Import['first'] }) => (
  <ol class="first-lines">
    {lines.map((parts, index) => (
      <li key={index}>
        {parts.map((part, at) => (
          <span key={at}>{part}</span>
        ))}
      </li>
    ))}
  </ol>
);

/** What an import would do, each line that it could not take, and the button that begins it. */
export function CheckPanel({ current }: { current: Import }) {
  const { checked, first, phase, read, file } = current;
  return (
    <Panel id="check" title={words.check} actions={<CopyCommand current={current} />}>
      {first.length > 0 && (
        <>
          <p class="muted">{words.first}</p>
          <FirstLines lines={first} />
        </>
      )}
      {phase === 'reading' && (
        <progress value={read} max={Math.max(1, file.size)} aria-label={words.reading} />
      )}
      {checked && (
        <div class="checked">
          <p role="status">
            {checked.events === 0
              ? words.none
              : words.counts(checked.events, checked.lines, checked.products)}{' '}
            {checked.withoutEffect > 0 && words.withoutEffect(checked.withoutEffect)}{' '}
            {checked.refused === 0 && checked.events > 0 && words.allFit}
          </p>
          {checked.refused > 0 && <Refused checked={checked} />}
          {checked.events > 0 && (
            <>
              <Conflicts current={current} />
              {phase === 'checked' && (
                <button type="button" class="primary" id="import-start" onClick={start}>
                  {words.start(checked.events, checked.refused > 0)}
                </button>
              )}
            </>
          )}
        </div>
      )}
    </Panel>
  );
}
