import {
  assert,
  Fold,
  runOf,
  applyEffect,
  SteadyMoment,
  type Content,
  type EffectiveEvent,
  type HiddenMoment,
  type Judged,
  type PositionRange,
  type Run,
} from '@hindsight/bitemporal';
import type { ReadContext } from '../read/context';
import { eventsFrom } from '../read/first-page';
import type { KnownLog } from '../read/known-log';
import { stateAtTime } from '../read/state-at';
import type { SummaryTree } from '../read/summary-tree';
import { visit } from '../read/visit';
import { visitFrom } from '../read/visit-from';
import { throughTime } from '../storage/keys';
import type { NewEvent } from '../storage/items';

/** Opens a run that hides a moment: finds it there, or in a part that hides it. */
async function openedMoment<State extends Judged, Event extends Content>(
  context: ReadContext<State, Event>,
  log: KnownLog<State>,
  tree: SummaryTree<State, Event> | undefined,
  { range, amount, level }: HiddenMoment,
): Promise<string | HiddenMoment> {
  const { registered } = context.domain;
  assert(registered !== undefined, 'only runs of declared effects are passed over');
  const moment = new SteadyMoment(level);
  let [current, at] = [amount, ''];
  const endInstant = (next: string): void => {
    if (at !== '' && at !== next) moment.end(at, current);
  };
  const visitor = {
    pass(run: Run, part: PositionRange): boolean {
      if ((part.start === range.start && part.end === range.end) || at === run.from) return false;
      endInstant(run.from);
      moment.pass(run, part, current);
      [current, at] = [current + run.plus, run.to];
      return true;
    },
    fold({ event, content }: EffectiveEvent<Event>): void {
      const effect = registered.effect(content);
      assert(effect !== undefined, 'only events that declare an effect are passed over');
      endInstant(event.effectiveAt);
      const registers = { amount: current, attributes: {} };
      current = applyEffect(runOf(effect, event.effectiveAt), registers).amount;
      at = event.effectiveAt;
    },
  };
  await visit({ context, log, tree, ...range, visitor });
  assert(moment.found !== undefined, 'the run hides a moment');
  return moment.found;
}

/**
 * What would make a refused event fit, in the words of its domain; undefined if nothing is known for such an event. Goes
 * through the later history until the answer is certain, by summaries where it can.
 */
export async function remediesOf<State extends Judged, Event extends Content>(
  context: ReadContext<State, Event>,
  log: KnownLog<State>,
  { event, target }: NewEvent<Event>,
  rule: string,
): Promise<unknown> {
  const { domain } = context;
  const search = target === undefined ? domain.remedies(event, rule) : undefined;
  if (search === undefined) return undefined;
  const current = log.version === 0 ? null : await stateAtTime(context, log, event.effectiveAt);
  const fold = new Fold({ domain, streamId: log.streamId }, current);
  search.begin(event.effectiveAt, current?.state ?? null);
  const visitor = {
    pass: (run: Run, range: PositionRange) => search.pass(run, range) && fold.pass(run, range),
    fold(effective: EffectiveEvent<Event>): void {
      fold.fold(effective);
      const { state } = fold.current ?? {};
      assert(state !== undefined, 'there is a state after an event');
      search.next(effective.event.effectiveAt, effective.content, state);
    },
    stops: () => search.done,
  };
  const seen = await eventsFrom(context, log, throughTime(event.effectiveAt));
  const { tree } = await visitFrom({ context, log, visitor, seen });
  for (let { hidden } = search; hidden !== undefined; { hidden } = search)
    search.reveal(await openedMoment(context, log, tree, hidden));
  return search.result();
}
