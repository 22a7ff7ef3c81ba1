import type { Content, Judged } from '@hindsight/bitemporal';
import type { Grid, GridOptions } from '../types';
import type { ReadContext } from './context';
import { RememberingStore } from './remembering-store';
import { logAt, stateAtTime } from './state-at';

/** Reads of one row under way at once. */
const AT_ONCE = 10;

/**
 * state(T, K) for every T and K of a grid. Neighbors share nearly all of what they read, so it is read once
 * (remembering-store.ts): the requests grow with the columns plus the rows.
 */
export async function stateGrid<State extends Judged, Event extends Content>(
  context: ReadContext<State, Event>,
  streamId: string,
  { asOf, knownAt }: GridOptions,
): Promise<Grid<State> | undefined> {
  const store = new RememberingStore(context.store);
  const own = { ...context, store };
  const rows: (readonly (State | null)[])[] = [];
  let last: { readonly version: number; readonly row: readonly (State | null)[] } | undefined;
  for (const known of knownAt) {
    const log = await logAt(own, streamId, { knownAt: known });
    if ('found' in log) return undefined;
    // A later time at which nothing more was known.
    const { version } = log;
    if (last?.version !== version) {
      const row: (State | null)[] = [];
      for (let first = 0; first < asOf.length; first += AT_ONCE) {
        const moments = asOf.slice(first, first + AT_ONCE);
        const states = await Promise.all(moments.map((moment) => stateAtTime(own, log, moment)));
        row.push(...states.map((found) => found?.state ?? null));
      }
      last = { version, row };
      // What is remembered is found at once: others have a turn between two rows.
      await new Promise((next) => setImmediate(next));
    }
    rows.push(last.row);
  }
  return { rows, requests: store.requests };
}
