import '../import/style.css';
import { useEffect } from 'preact/hooks';
import { usePage } from '../hooks';
import { CheckPanel } from '../import/check';
import { ColumnsPanel } from '../import/columns';
import { ChooseFile, DropPlace } from '../import/file';
import { FormatPanel } from '../import/format';
import { RunPanel } from '../import/run';
import { isUnderWay, useImport, type Import } from '../import/session';
import { text } from '../text';
import { inWords } from '../text-import';

const words = text.import;

/** Why the file can't be imported as it is, or what it leaves open. */
function Trouble({ current: { phase, question, problem } }: { current: Import }) {
  const isUnclear = phase === 'unclear';
  if (!isUnclear && phase !== 'unreadable') return null;
  return (
    <div class="problem" role="alert">
      <strong>{isUnclear ? words.unclear : words.unreadable}</strong>
      <p id="import-question">{isUnclear ? question?.text : inWords(problem ?? '')}</p>
    </div>
  );
}

function FileCard({ current }: { current: Import }) {
  return (
    <section class="card file-card" aria-label={words.title}>
      <div>
        <h1>{current.file.name}</h1>
        <p class="muted">{words.size(current.file.size)}</p>
      </div>
      {!isUnderWay(current) && (
        <ChooseFile label={current.phase === 'ended' ? words.again : words.chooseAnother} />
      )}
    </section>
  );
}

function Chosen({ current }: { current: Import }) {
  const { beginning, phase } = current;
  const isBegun = !['reading', 'unclear', 'unreadable', 'checked'].includes(phase);
  // A file that can't be read at all has nothing to choose but its encoding and its delimiter.
  return (
    <>
      <FileCard current={current} />
      <Trouble current={current} />
      <FormatPanel current={current} />
      {beginning && beginning.header.length > 0 && !current.report.some(isEvents) && (
        <ColumnsPanel {...{ current, beginning }} />
      )}
      {(phase === 'reading' || current.checked) && <CheckPanel current={current} />}
      {isBegun && <RunPanel current={current} />}
    </>
  );
}

/** The columns of a file of events are the fields of an event. */
const isEvents = ({ name, text: found }: Import['report'][number]): boolean =>
  name === 'kind' && found.startsWith('events');

/** `/import` */
export function ImportPage() {
  const { service } = usePage();
  const { current, complaint } = useImport();
  const isTokenWrong = current?.isTokenWrong ?? false;
  useEffect(() => void (document.title = `${words.title} · ${text.name}`), []);
  // A protected server asks for its token before there is anything to lose, and again if it takes it no longer.
  useEffect(() => void service.get('/products?limit=1'), [service, isTokenWrong]);
  return (
    <main class="import">
      {complaint !== undefined && (
        <div class="problem" role="alert">
          {complaint}
        </div>
      )}
      {current === undefined ? (
        <>
          <h1 class="lead">{words.title}</h1>
          <p>{words.intro}</p>
          <DropPlace />
        </>
      ) : (
        <Chosen current={current} />
      )}
    </main>
  );
}
