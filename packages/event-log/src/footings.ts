import type { Evaluation } from './evaluate';
import type { Entry, Footing } from './items';
import { addSpan, extendTo, type Stale } from './stale';
import type { View } from './view';

const ms = (time: string): number => Date.parse(time);

/** In the order of recording and of effective time at once, so that each event's state is exact when it is recorded. */
function monotone(entries: readonly Entry[]): boolean {
  return entries.every(({ target, place }, index) => {
    const previous = entries[index - 1]?.place;
    return target === undefined && place !== null && (index === 0 || (previous ?? '') < place);
  });
}

function staleAfter(view: View, { from, through, inOrder, entries }: Evaluation): Stale {
  const first = entries[0]?.event.version ?? view.version + 1;
  const last = entries.at(-1)?.event.version ?? first;
  if (!inOrder) return addSpan(view.stale, { from: ms(from.slice(0, 24)), to: ms(through), version: last });
  if (entries.every(({ place }) => place === null)) return view.stale;
  const extended =
    view.high === '' ? view.stale : extendTo(view.stale, ms(view.high), ms(from.slice(0, 24)), first);
  if (monotone(entries)) return extended;
  return addSpan(extended, { from: ms(from.slice(0, 24)), to: ms(through), version: last });
}

/**
 * What is stale for a reader who asks for a version inside the batch: whatever any of its events touches, to the
 * end, even where the batch as a whole changes nothing there.
 */
function staleInside(stale: Stale, entries: readonly Entry[], high: string): Stale {
  const touched = entries.flatMap(({ place, movedFrom }) => [place, movedFrom ?? null]);
  const times = touched.flatMap((place) => (place === null ? [] : [place.slice(0, 24)])).sort();
  const version = entries.at(-1)?.event.version ?? 0;
  return times[0] === undefined ? stale : addSpan(stale, { from: ms(times[0]), to: ms(high), version });
}

/**
 * What each new event item says of the log as known through it. Inside a batch that is not in order, only the
 * last event knows; a reader that asks for a version in its middle folds.
 */
export function footingsOf(view: View, evaluation: Evaluation, code: string): Footing[] {
  const { entries, comparison, inOrder, tip } = evaluation;
  const stale = staleAfter(view, evaluation);
  const places = entries.flatMap(({ place }) => (place === null ? [] : [place.slice(0, 24)]));
  const high = [view.high, ...places].sort().at(-1) ?? '';
  const stepwise = inOrder && monotone(entries);
  return entries.map(({ event, target }, index): Footing => {
    const landed = comparison.landings.get(target?.version ?? event.version)?.snapshot;
    const isLast = index === entries.length - 1;
    if (stepwise && landed) return { at: landed, tip: landed, high: event.effectiveAt, stale, code };
    if (!isLast) return { high, stale: staleInside(stale, entries, high), code };
    return { ...(landed && { at: landed }), ...(tip !== undefined && { tip }), high, stale, code };
  });
}
