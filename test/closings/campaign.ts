import { faultOf } from './check';
import { right, type Parts } from './bugs';
import { Play } from './play';

export interface Ran {
  /** After how many runs something was wrong, and what; absent: nothing was. */
  readonly fault?: { readonly after: number; readonly what: string };
  readonly reports: number;
  readonly carried: number;
  readonly events: number;
}

/** Random histories with closings, until one is wrong. The run of a seed is always the same. */
export async function runClosings(runs: number, seed: number, broken: Partial<Parts> = {}): Promise<Ran> {
  const counts = { reports: 0, carried: 0, events: 0 };
  for (let run = 0; run < runs; run += 1) {
    const play = new Play(seed + run, { ...right, ...broken });
    await play.run();
    const what = await faultOf(play);
    counts.reports += play.reports.size;
    for (const { storedAt, policy } of play.sent.values()) {
      if (storedAt === Infinity) continue;
      counts.events += 1;
      if (policy === 'carry') counts.carried += 1;
    }
    if (what !== undefined)
      return { ...counts, fault: { after: run + 1, what: `seed ${seed + run}: ${what}` } };
  }
  return counts;
}
