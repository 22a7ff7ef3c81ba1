import assert from 'node:assert/strict';
import type { RecordedEvent } from '@hindsight/domain';
import type { AppendCommand } from '@hindsight/workflow';
import fc from 'fast-check';
import { at, command, corrected, received, shipped } from '../support/commands';
import { PRODUCT, type Outcome, type Section } from './sections';

/** What becomes of a call to the store. */
export type Fate =
  | 'carried out'
  /** It is sent again, since its answer was lost: the second answer is the one that arrives. */
  | 'carried out twice'
  /** The process dies before or after the call; either way it learns nothing. */
  | 'dies before'
  | 'dies after';

export const fates: fc.Arbitrary<Iterable<Fate>> = fc.infiniteStream(
  fc.oneof(
    { weight: 12, arbitrary: fc.constant<Fate>('carried out') },
    { weight: 1, arbitrary: fc.constant<Fate>('carried out twice') },
    { weight: 1, arbitrary: fc.constant<Fate>('dies before') },
    { weight: 1, arbitrary: fc.constant<Fate>('dies after') },
  ),
);

/** The process died. Its client gets no answer. */
export class Death extends Error {}

/** Far more than a client needs. */
const MOST_REQUESTS = 200;

/** A client that sends its events again, each time to another process, until it has an answer. */
const insists =
  (body: unknown): Section['actors'][number] =>
  async (_, another) => {
    const sent = command(PRODUCT, body);
    for (let request = 0; request < MOST_REQUESTS; request += 1) {
      try {
        return { stored: await another().append(sent) };
      } catch (error) {
        if (!(error instanceof Death)) throw error;
      }
    }
    throw new Error(`no answer after ${MOST_REQUESTS} requests`);
  };

/** A client without an id sends its event once. */
const tries =
  (body: unknown): Section['actors'][number] =>
  async (log) => {
    const sent: AppendCommand = command(PRODUCT, body);
    const newIds = sent.events.map(({ eventId }) => eventId);
    try {
      return { stored: await log.append({ ...sent, newIds }) };
    } catch (error) {
      if (error instanceof Death) return {};
      throw error;
    }
  };

const before = [
  received(20, { eventId: 'a', effectiveAt: at(0) }),
  shipped(2, { eventId: 'b', effectiveAt: at(10) }),
];
const next = (eventId: string) => shipped(1, { eventId, effectiveAt: at(40) });

/** Every event once: those of the clients that insist, and those that a client was told of. */
function checkOnce(
  ids: readonly string[],
  outcomes: readonly Outcome[],
  log: readonly RecordedEvent[],
): void {
  const stored = log.map(({ eventId }) => eventId);
  assert.equal(new Set(stored).size, stored.length, `an event twice: ${stored.join(' ')}`);
  const told = outcomes.flatMap((outcome) => outcome.stored?.events.map(({ eventId }) => eventId) ?? []);
  for (const id of [...ids, ...told]) assert.ok(stored.includes(id), `${id} is lost: ${stored.join(' ')}`);
}

/** Processes that die between any two of their calls to the store, and answers that are lost. */
export const crashes: readonly Section[] = [
  {
    name: 'crashes: one event, sent by three',
    before,
    crashes: true,
    actors: [insists(next('x')), insists(next('x')), insists(next('x'))],
    check: (outcomes, log) => {
      checkOnce(['x'], outcomes, log);
      assert.equal(log.length, 3);
    },
  },
  {
    name: 'crashes: an event and a batch that repeats it, a late one, and one without an id',
    before,
    crashes: true,
    actors: [
      insists(next('x')),
      insists([next('x'), next('y')]),
      insists(received(4, { eventId: 'late', effectiveAt: at(5) })),
      tries(received(1, { effectiveAt: at(50) })),
    ],
    check: (outcomes, log) => checkOnce(['x', 'y', 'late'], outcomes, log),
  },
  {
    name: 'crashes: a correction, sent by two, and one without an id',
    before,
    crashes: true,
    actors: [
      insists(corrected('b', shipped(3), { eventId: 'c' })),
      insists(corrected('b', shipped(3), { eventId: 'c' })),
      tries(received(1, { effectiveAt: at(50) })),
    ],
    check: (outcomes, log) => checkOnce(['c'], outcomes, log),
  },
];
