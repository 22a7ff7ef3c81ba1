import { setTimeout as pause } from 'node:timers/promises';
import { partsOf } from '../support/processes';

interface Sample {
  /** Minutes. */
  readonly at: number;
  readonly megabytes: number;
}

/** The memory of one process over time. */
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
    for (const { pid: id, role, memory } of partsOf(pid)) {
      if (role === 'guard') continue;
      const samples = courses.get(`${role} ${id}`) ?? [];
      samples.push({ at: (performance.now() - began) / 60_000, megabytes: memory / 1024 });
      courses.set(`${role} ${id}`, samples);
    }
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
