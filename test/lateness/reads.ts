import assert from 'node:assert/strict';
import { createMemoryStore } from '@hindsight/event-log';
import { createProductLog } from '@hindsight/workflow';
import { command, counted, received, retracted } from '../support/commands';
import { randomFrom } from '../support/random';
import { CountedStore, type Usage } from './counted-store';

const PRODUCT = 'anvil';
const START = Date.parse('2026-03-01T12:00:00.000Z');
const at = (seconds: number): string => new Date(START + Math.round(seconds * 1000)).toISOString();

/** An event as the oracle keeps it: what it does at a time, from one version on, until a retraction takes it back. */
interface Known {
  readonly seconds: number;
  readonly version: number;
  readonly does: { readonly add: number } | { readonly set: number };
  retractedBy: number;
}

/** By plain arithmetic over all events: nothing of the log's code. undefined: nothing exists at that moment. */
function quantityAt(events: readonly Known[], seconds: number, version: number): number | undefined {
  let quantity: number | undefined;
  for (const event of events) {
    if (event.seconds > seconds) break;
    if (event.version > version || event.retractedBy <= version) continue;
    quantity = 'set' in event.does ? event.does.set : (quantity ?? 0) + event.does.add;
  }
  return quantity;
}

const READS_AT_ONCE = 25;

/** Reads at random moments, as known at random moments, while late events, counts and retractions come in. */
export async function readAtRandom(reads: number): Promise<readonly Usage[]> {
  const random = randomFrom(2);
  const store = new CountedStore(createMemoryStore());
  let now = START;
  const log = createProductLog({ store, clock: () => new Date(now) });
  const events: Known[] = [];
  const recordedAt: number[] = [];
  const used: Usage[] = [];
  const record = async (seconds: number): Promise<void> => {
    const version = recordedAt.length + 1;
    const [dice, amount] = [random(), 1 + Math.floor(random() * 9)];
    const own = { effectiveAt: at(seconds), eventId: `e${version}` };
    const target = events[Math.floor(random() * events.length)];
    if (dice < 0.02 && target?.retractedBy === Infinity) {
      await log.append(command(PRODUCT, retracted(`e${target.version}`, { eventId: own.eventId })));
      target.retractedBy = version;
    } else {
      const isCount = dice > 0.99;
      await log.append(command(PRODUCT, isCount ? counted(amount, own) : received(amount, own)));
      const does = isCount ? { set: amount } : { add: amount };
      const index = events.findIndex((event) => event.seconds > seconds);
      const one = { seconds, version, does, retractedBy: Infinity };
      events.splice(index < 0 ? events.length : index, 0, one);
    }
    recordedAt.push(now);
  };
  while (used.length < reads) {
    now += 1000;
    const seconds = (now - START) / 1000;
    const isLate = events.length > 0 && random() < 0.15;
    await record(isLate ? Math.floor(random() * seconds * 2) / 2 : seconds);
    // The repair that the append asks for comes a little later.
    if (isLate || recordedAt.length % 64 === 0) {
      if (random() < 0.8) await log.repair(PRODUCT);
    }
    for (let read = 0; read < READS_AT_ONCE; read += 1) {
      const version = 1 + Math.floor(random() * recordedAt.length);
      const asked = Math.floor(random() * seconds * 2) / 2;
      const known =
        read % 2 === 0 ? { version } : { knownAt: new Date(recordedAt[version - 1] ?? now).toISOString() };
      used.push(
        await store.of(async () => {
          const answer = await log.stateAt(PRODUCT, { asOf: at(asked), ...known });
          const expected = quantityAt(events, asked, version);
          assert.equal(
            answer.found ? Number(answer.state.quantity) : undefined,
            expected,
            `${asked} at ${version}`,
          );
        }),
      );
    }
  }
  console.log(
    `${recordedAt.length} events, ${used.length} reads at random (T, K), each equal to the arithmetic`,
  );
  return used;
}
