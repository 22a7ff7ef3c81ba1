import { setTimeout as pause } from 'node:timers/promises';
import { partsOf } from '../support/processes';

interface Sample {
  /** Minutes. */
  readonly at: number;
  readonly megabytes: number;
}

/** The memory of the processes of one role over time. */
export interface Course {
  readonly name: string;
  readonly first: number;
  readonly last: number;
  readonly most: number;
  /** Megabytes a minute, by least squares, without the first fifth of the time. */
  readonly slope: number;
}

function slopeOf(samples: readonly Sample[]): number {
  const mean = (of: (sample: Sample) => number) =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const [x, y] = [mean(({ at }) => at), mean(({ megabytes }) => megabytes)];
  const spread = samples.reduce((sum, { at }) => sum + (at - x) ** 2, 0);
  return samples.reduce((sum, { at, megabytes }) => sum + (at - x) * (megabytes - y), 0) / (spread || 1);
}

/** Samples the resident memory of a process tree while something goes on. */
export async function watchMemory(pid: number, every: number, work: Promise<unknown>): Promise<Course[]> {
  const courses = new Map<string, Sample[]>();
  const began = performance.now();
  const end = new AbortController();
  const done = work.finally(() => end.abort());
  while (!end.signal.aborted) {
    const at = (performance.now() - began) / 60_000;
    const sizes = new Map<string, number>();
    for (const { role, memory } of partsOf(pid)) sizes.set(role, (sizes.get(role) ?? 0) + memory / 1024);
    sizes.delete('guard');
    for (const [role, megabytes] of sizes)
      courses.set(role, [...(courses.get(role) ?? []), { at, megabytes }]);
    await Promise.race([done, pause(every)]);
  }
  await done;
  return [...courses].map(([name, samples]) => {
    const settled = samples.slice(Math.floor(samples.length / 5));
    const sizes = settled.map(({ megabytes }) => megabytes);
    return {
      name,
      first: sizes[0] ?? 0,
      last: sizes.at(-1) ?? 0,
      most: Math.max(...samples.map(({ megabytes }) => megabytes)),
      slope: slopeOf(settled),
    };
  });
}

/** Megabytes that a process may grow by in the time after the first fifth. */
const GROWTH = 48;
/**
 * The engine's process is replaced after a number of requests, each of which leaves something behind
 * (packages/local-aws/src/renewed-engine.ts). Its memory is a sawtooth of 70 MB on what it takes itself.
 */
const MOST_OF_ENGINE = 160;

/** Whether a process has stopped growing, and a line about it. */
export function judge(
  { name, first, last, most, slope }: Course,
  minutes: number,
): readonly [boolean, string] {
  const sizes = `${first.toFixed(0)} to ${last.toFixed(0)} MB, at most ${most.toFixed(0)}`;
  if (name === 'engine')
    return [most < MOST_OF_ENGINE, `memory of ${name} is below ${MOST_OF_ENGINE} MB: ${sizes}`];
  return [
    slope * minutes * 0.8 < GROWTH,
    `memory of ${name} is flat: ${sizes}, ${slope.toFixed(2)} MB a minute`,
  ];
}
