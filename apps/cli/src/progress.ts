import { duration } from '@hindsight/import';
import { Presets, SingleBar } from 'cli-progress';

/** How often a line is written to a log, that is, without a terminal. */
const LOG_EVERY_MS = 10_000;

export interface Progress {
  /** @param worked how many of those that are done took work of this run; absent: all */
  readonly update: (done: number, worked?: number) => void;
  readonly stop: () => void;
}

/** Seconds, on a clock that never runs backwards. */
export const now = (): number => performance.now() / 1000;

/**
 * Shows a progress bar on standard error with the rate and the time left; without a terminal, a line every 10
 * s.
 * @param what is counted, such as `events`
 */
export function startProgress(total: number, what: string): Progress {
  const bar = new SingleBar(
    {
      format: `{bar} {percentage}% | {value}/{total} ${what} | {rate}/s | {left} left`,
      hideCursor: true,
      // The run itself handles interruptions.
      gracefulExit: false,
      noTTYOutput: true,
      notTTYSchedule: LOG_EVERY_MS,
    },
    Presets.shades_classic,
  );
  const begun = now();
  bar.start(total, 0, { rate: 0, left: '?' });
  return {
    update(done, worked = done) {
      const seconds = now() - begun;
      const rate = seconds > 0 ? worked / seconds : 0;
      bar.update(done, { rate: Math.round(rate), left: rate > 0 ? duration((total - done) / rate) : '?' });
    },
    stop: () => bar.stop(),
  };
}

/** Counts on standard error, where the total is not known beforehand; without a terminal, a line every 10 s. */
export function startCounting(what: string): Progress {
  const begun = now();
  let [shown, stopped] = [begun, false];
  return {
    update(done) {
      const at = now();
      if (stopped || at - shown < (process.stderr.isTTY ? 1 : LOG_EVERY_MS / 1000)) return;
      shown = at;
      const rate = Math.round(done / (at - begun));
      process.stderr.write(
        `${process.stderr.isTTY ? '\r' : ''}${done} ${what} | ${rate}/s${process.stderr.isTTY ? '' : '\n'}`,
      );
    },
    stop() {
      if (!stopped && process.stderr.isTTY) process.stderr.write('\n');
      stopped = true;
    },
  };
}
