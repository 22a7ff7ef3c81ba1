import type { Evaluation } from './evaluate';
import type { Entry, Footing } from '../storage/items';
import { timeIn } from '../storage/keys';
import { addSpan, extendTo, type Stale } from '../read/validity';
import type { View } from '../read/known-log';

const ms = (time: string): number => Date.parse(time);

/** In the order of recording and of effective time at once, so that each event's state is exact when it is recorded. */
const monotone = (entries: readonly Entry[]): boolean =>
  entries.every(
    ({ target, place }, index) =>
      target === undefined && place !== null && (entries[index - 1]?.place ?? '') < place,
  );

function staleAfter(view: View, { from, through, inOrder, entries }: Evaluation): Stale {
  // Nothing is stale after it, and what was lasts no longer: no event stands where it ended.
  if (from === undefined) return view.stale;
  const span = { from: ms(timeIn(from)), to: ms(through), version: view.version + entries.length };
  if (!inOrder) return addSpan(view.stale, span);
  // Before the first event there is no high place, and no span to extend.
  const extended = extendTo(view.stale, ms(view.high), span.from, view.version + 1);
  return monotone(entries) ? extended : addSpan(extended, span);
}

/**
 * What is stale for a reader who asks for a version inside the batch: whatever any of its events touches, to the
 * end, even where the batch as a whole changes nothing there.
 */
function staleInside(stale: Stale, entries: readonly Entry[], high: string, version: number): Stale {
  const touched = entries.flatMap(({ place, movedFrom }) => [place, movedFrom ?? null]);
  const [first] = touched.flatMap((place) => (place === null ? [] : [timeIn(place)])).sort();
  return first === undefined ? stale : addSpan(stale, { from: ms(first), to: ms(high), version });
}

/**
 * What each new event item says of the log as known through it. Inside a batch that is not in order, only the
 * last event knows; a reader that asks for a version in its middle folds.
 */
export function footingsOf(view: View, evaluation: Evaluation, code: string): Footing[] {
  const { entries, comparison, inOrder, tip } = evaluation;
  const stale = staleAfter(view, evaluation);
  const places = entries.flatMap(({ place }) => (place === null ? [] : [timeIn(place)]));
  const high = [view.high, ...places].sort().at(-1) ?? '';
  const last = view.version + entries.length;
  const stepwise = inOrder && monotone(entries);
  return entries.map(({ event, target }): Footing => {
    const landed = comparison.landings.get(target?.version ?? event.version)?.snapshot;
    if (stepwise && landed) return { at: landed, tip: landed, high: event.effectiveAt, stale, code };
    if (event.version < last) return { high, stale: staleInside(stale, entries, high, last), code };
    return { ...(landed && { at: landed }), tip, high, stale, code };
  });
}
