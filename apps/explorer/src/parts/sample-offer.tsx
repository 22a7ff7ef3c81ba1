import { useState } from 'preact/hooks';
import { usePage } from '../hooks';
import { load, threeEvents, yearOfSales, type Act } from '../sample';
import type { Problem } from '../service';
import { text } from '../text';
import { ProblemNote } from './basics';

/** An empty server offers something to look at. */
export function SampleOffer({ onLoaded }: { onLoaded(productId: string): void }) {
  const { service } = usePage();
  const [progress, setProgress] = useState<readonly [number, number]>();
  const [problem, setProblem] = useState<Problem>();
  const words = text.home;
  const begin = async (acts: readonly Act[]) => {
    setProblem(undefined);
    const failure = await load(service, acts, (done, all) => setProgress([done, all]));
    setProgress(undefined);
    setProblem(failure);
    // The last act is about a product that has everything: late news, and an event to come.
    const last = acts.at(-1);
    if (failure === undefined && last) onLoaded(last[0]);
  };
  const offer = (title: string, help: string, act: () => void) => (
    <button type="button" class="offer" disabled={progress !== undefined} onClick={act}>
      <strong>{title}</strong>
      <span>{help}</span>
    </button>
  );
  return (
    <div class="offers">
      {offer(words.sampleYear, words.sampleYearHelp, () => void yearOfSales(service).then(begin))}
      {offer(words.sampleThree, words.sampleThreeHelp, () => void begin(threeEvents))}
      {progress && (
        <p role="status">
          <progress value={progress[0]} max={progress[1]} aria-label={words.loading(...progress)} />{' '}
          {words.loading(...progress)}
        </p>
      )}
      {problem && <ProblemNote problem={problem} />}
    </div>
  );
}
