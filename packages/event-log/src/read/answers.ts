/** Looks up what runs that were passed over hide: from piece to piece, down to the events. */
import {
  assert,
  findIn,
  narrow,
  type Answers,
  type Content,
  type EffectiveEvent,
  type EventReference,
  type Judged,
  type Question,
} from '@hindsight/bitemporal';
import { LAST, positionKey } from '../storage/keys';
import type { ReadContext } from './context';
import { effectiveEvents, groups } from './effective-events';
import type { KnownLog } from './known-log';
import type { Piece, SummaryTree } from './summary-tree';
import type { Seen } from './visit';

/** Sorts before every position. */
const FIRST = ' ';

interface Asked<State extends Judged, Event extends Content> {
  readonly context: Pick<ReadContext<State, Event>, 'store' | 'domain'>;
  readonly log: KnownLog<State>;
  readonly tree: SummaryTree<State, Event> | undefined;
  readonly questions: ReadonlyMap<number, Question>;
  readonly seen?: Seen<Event> | undefined;
}

/** The first event that counts from a position on. */
async function firstFrom<State extends Judged, Event extends Content>(
  { context, log }: Asked<State, Event>,
  position: string,
): Promise<EventReference> {
  const range = { after: position === '' ? FIRST : position, before: LAST, version: log.version, limit: 4 };
  for await (const { event } of effectiveEvents(context, log.streamId, range)) return event;
  throw new Error(`no event of ${log.streamId} counts from ${position} on`);
}

/** The last event that counts before a position. */
async function lastBefore<State extends Judged, Event extends Content>(
  { context, log, seen }: Asked<State, Event>,
  { start, end }: Question['range'],
): Promise<EventReference> {
  const last = seen?.events.findLast(({ event }) => positionKey(event) < end)?.event;
  if (last !== undefined) return last;
  const { latest } = log;
  const position = latest && positionKey(latest.last);
  if (position && start <= position && position < end) return latest.last;
  const range = { after: FIRST, before: end, backward: true, version: log.version, limit: 4 };
  for await (const group of groups(context.store, log.streamId, range)) {
    const event = group.effectiveEvent(context.domain)?.event;
    if (event !== undefined) return event;
  }
  throw new Error(`no event of ${log.streamId} counts before ${end}`);
}

/** The run of events that holds what a question asks for; `first`: it is the first event of the range. */
async function narrowed<State, Event extends Content>(
  tree: SummaryTree<State & Judged, Event>,
  asked: Question,
): Promise<Question | 'first'> {
  let question = asked;
  let pieces: SummaryTree<State & Judged, Event>['pieces'] | undefined = tree.pieces;
  for (;;) {
    const { start, end } = question.range;
    const found: Piece | undefined = pieces.find(
      (piece): piece is Piece => 'entry' in piece && piece.start <= start && end <= piece.end,
    );
    const parts: readonly Piece[] | undefined = found && (await tree.parts(found));
    if (found === undefined || parts === undefined) return question;
    pieces = parts;
    if (found.start !== start || found.end !== end) continue;
    const runs = parts.flatMap((range) => {
      const run = tree.runOf(range);
      return run === undefined ? [] : [{ range, run: run === 'none' ? undefined : run }];
    });
    const next = narrow(question, runs);
    if (next === undefined) return 'first';
    question = next;
  }
}

async function answer<State extends Judged, Event extends Content>(
  asked: Asked<State, Event> & { readonly tree: SummaryTree<State, Event> },
  question: Question,
): Promise<EventReference> {
  const { context, log, tree } = asked;
  if (question.kind === 'last') return lastBefore(asked, question.range);
  const { registered } = context.domain;
  assert(registered !== undefined, 'only a domain that can summarize has questions');
  const inRun = await narrowed(tree, question);
  if (inRun === 'first') return firstFrom(asked, question.range.start);
  const { start, end } = inRun.range;
  const events: EffectiveEvent<Event>[] = [];
  const range = { after: start === '' ? FIRST : start, before: end, version: log.version };
  for await (const effective of effectiveEvents(context, log.streamId, range)) events.push(effective);
  const event = findIn(registered, inRun, events);
  return event === 'next' ? firstFrom(asked, end) : event;
}

/** Looks up what the runs of a tree that were passed over hide. */
export async function answersTo<State extends Judged, Event extends Content>(
  asked: Asked<State, Event>,
): Promise<Answers> {
  const answers = new Map<number, EventReference>();
  const { tree, questions } = asked;
  if (tree === undefined) return answers;
  for (const [number, question] of questions) answers.set(number, await answer({ ...asked, tree }, question));
  return answers;
}
