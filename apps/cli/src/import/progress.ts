import { Presets, SingleBar } from 'cli-progress';
import { doneOf, type Tally } from './send';
import { duration, rateOf } from './report';

/** Lines of a log, where there is no terminal, come this often. */
const LOG_EVERY_MS = 10_000;

export interface Progress {
  readonly update: (tally: Tally) => void;
  readonly stop: () => void;
}

/**
 * A bar on standard error with the rate and the time left; a line every 10 s where that is no terminal.
 * @param clock seconds since any fixed moment
 */
export function startProgress(total: number, clock: () => number): Progress {
  const bar = new SingleBar(
    {
      format: '{bar} {percentage}% | {value}/{total} events | {rate}/s | {left} left',
      hideCursor: true,
      // The run decides what an interruption means.
      gracefulExit: false,
      noTTYOutput: true,
      notTTYSchedule: LOG_EVERY_MS,
    },
    Presets.shades_classic,
  );
  const begun = clock();
  bar.start(total, 0, { rate: 0, left: '?' });
  return {
    update(tally) {
      const done = doneOf(tally);
      const rate = rateOf(tally, clock() - begun);
      bar.update(done, { rate: Math.round(rate), left: rate > 0 ? duration((total - done) / rate) : '?' });
    },
    stop: () => bar.stop(),
  };
}
