import { useEffect, useRef } from 'preact/hooks';
import { Link, Panel } from '../parts/basics';
import { text } from '../text';
import { inWords } from '../text-import';
import type { Ended } from './messages';
import { saveRefused, start, stop, type Import } from './session';

const words = text.import;

function titleOf({ mismatches, refused }: Ended): string {
  if (mismatches > 0) return words.doneWithDifference;
  return refused > 0 ? words.doneWithRefused : words.done;
}

/** The figures of an import, and how the log compares with the file. */
function Summary({ ended }: { ended: Ended }) {
  const isFine = ended.mismatches === 0 && ended.refused === 0;
  return (
    <div class="summary">
      <p class={isFine ? 'done' : 'error'} role="status">
        {titleOf(ended)}
      </p>
      <dl>
        {ended.figures.map(([name, value]) => (
          <div key={name} data-figure={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {ended.mismatches === 0 && <p>{words.same}</p>}
      {ended.notes.length > 0 && (
        <ul class="notes">
          {ended.notes.map((note) => (
            <li key={note}>{inWords(note)}</li>
          ))}
        </ul>
      )}
      <footer>
        {ended.refused > 0 && (
          <>
            <button type="button" onClick={saveRefused}>
              {words.save}
            </button>
            <button type="button" onClick={start}>
              {text.retry}
            </button>
          </>
        )}
        <Link to="/">{words.toProducts}</Link>
      </footer>
    </div>
  );
}

function Interrupted({ current }: { current: Import }) {
  const isFailed = current.phase === 'failed';
  return (
    <div class={isFailed ? 'problem' : 'summary'} role={isFailed ? 'alert' : 'status'}>
      {isFailed && <strong>{words.failed}</strong>}
      <p>{isFailed ? current.problem : words.stopped}</p>
      <p class="muted">{words.later}</p>
      <footer>
        <button type="button" class="primary" onClick={start}>
          {words.goOn}
        </button>
      </footer>
    </div>
  );
}

/** An import under way, interrupted, or at its end. */
export function RunPanel({ current }: { current: Import }) {
  const { phase, sent, ended } = current;
  const place = useRef<HTMLDivElement>(null);
  const isSending = phase === 'sending' || phase === 'stopping';
  // It appears below what was clicked.
  useEffect(() => place.current?.scrollIntoView({ block: 'nearest' }), [phase]);
  return (
    <Panel id="run" title={words.progress}>
      <div ref={place} class="run">
        {(isSending || phase === 'comparing') && (
          <>
            {isSending ? (
              <progress value={sent[0]} max={Math.max(1, sent[1])} aria-label={words.progress} />
            ) : (
              <progress aria-label={words.comparing} />
            )}
            <p>{isSending ? words.sent(...sent) : words.comparing}</p>
            <p class="muted">{phase === 'stopping' ? words.stopping : words.meanwhile}</p>
            <footer>
              <button type="button" disabled={phase === 'stopping'} onClick={stop}>
                {words.stop}
              </button>
            </footer>
          </>
        )}
        {(phase === 'stopped' || phase === 'failed') && <Interrupted current={current} />}
        {phase === 'ended' && ended && <Summary ended={ended} />}
      </div>
    </Panel>
  );
}
