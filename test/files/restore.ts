import { join } from 'node:path';
import { createDynamoDbStore, type Store } from '@hindsight/event-log';
import { createProductLog, type ProductLog } from '@hindsight/workflow';
import { compareWithExport } from '../../apps/cli/src/export/compare';
import { directSource } from '../../apps/cli/src/export/direct';
import { rowsOf } from '../../apps/cli/src/export/source';
import { textOf, writeExport } from '../../apps/cli/src/export/writer';
import { commandOf } from '../../apps/cli/src/import/command';
import { restore as restoreFile } from '../../apps/cli/src/import/restore';
import { startTable } from '../support/engine';
import { randomFrom } from '../support/random';
import type { Options } from './parts';

const EVENTS_OF_A_PRODUCT = 200;
const START = Date.UTC(2026, 0, 1);
const DAY = 86_400_000;

type Random = () => number;
const whole = (random: Random, below: number): number => Math.floor(random() * below);

/** A random event; one in five is late, one in ten corrects another. */
function randomEvent(random: Random, { id, now, ids }: { id: string; now: number; ids: readonly string[] }) {
  const late = random() < 0.2;
  const when = late ? { effectiveAt: new Date(now - whole(random, 30 * DAY)).toISOString() } : {};
  const target = ids[whole(random, ids.length)];
  const kind = random();
  if (kind < 0.05 && target !== undefined)
    return { eventId: id, eventType: 'eventRetracted', targetEventId: target };
  if (kind < 0.1 && target !== undefined) {
    const replacement = { eventType: 'productReceived', quantity: `${1 + whole(random, 9)}` };
    return { eventId: id, eventType: 'eventCorrected', targetEventId: target, replacement };
  }
  if (kind < 0.15)
    return { eventId: id, eventType: 'productAdjusted', unitPrice: `${whole(random, 99)}`, ...when };
  if (kind < 0.2)
    return { eventId: id, eventType: 'stockCounted', quantity: `${whole(random, 99)}`, ...when };
  const eventType = kind < 0.6 ? 'productReceived' : 'productShipped';
  return { eventId: id, eventType, quantity: `${1 + whole(random, 20)}`, ...when };
}

/** Records random events of one product, now and then some at once. */
async function fill(store: Store, product: string, events: number, random: Random): Promise<void> {
  let now = START;
  const log = createProductLog({ store, clock: () => new Date(now) });
  const ids: string[] = [];
  for (let made = 0; made < events;) {
    const size = random() < 0.9 ? 1 : Math.min(events - made, 1 + whole(random, 5));
    const body = Array.from({ length: size }, (_, index) =>
      randomEvent(random, { id: `e${made + index}`, now, ids }),
    );
    const command = commandOf({ productId: product, body, recordedBy: `till ${whole(random, 3)}` }, 'flag');
    if ('why' in command) throw new Error(command.why);
    await log.append(command);
    for (const { eventId, eventType } of body) if (!eventType.startsWith('event')) ids.push(eventId);
    made += size;
    now += whole(random, DAY);
  }
}

async function inTurns(products: readonly string[], work: (product: string) => Promise<void>): Promise<void> {
  const queue = products.values();
  const worker = async (): Promise<void> => {
    for (const product of queue) await work(product);
  };
  await Promise.all(Array.from({ length: 4 }, worker));
}

const isEqual = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Asks both logs the same questions. @returns how many answers differ */
async function differences(
  logs: readonly [ProductLog, ProductLog],
  products: readonly string[],
  { questions, random }: { questions: number; random: Random },
): Promise<number> {
  let differing = 0;
  const drawn = (): string => new Date(START + whole(random, EVENTS_OF_A_PRODUCT * DAY)).toISOString();
  for (let asked = 0; asked < questions; asked += 1) {
    const product = products[whole(random, products.length)] ?? '';
    const point = { asOf: drawn(), knownAt: drawn() };
    const [one, other] = await Promise.all(logs.map((log) => log.stateAt(product, point)));
    if (!isEqual(one, other)) differing += 1;
  }
  return differing;
}

/** An export, restored into an empty log, answers everything as its origin does. */
export async function restore({ events, questions, seed, folder }: Options): Promise<string> {
  const random = randomFrom(seed);
  const [one, other] = [await startTable(), await startTable()];
  try {
    const stores = [one, other].map(({ client, tableName }) => createDynamoDbStore(client, tableName)) as [
      Store,
      Store,
    ];
    const [origin, copy] = stores;
    const products = Array.from(
      { length: Math.ceil(events / EVENTS_OF_A_PRODUCT) },
      (_, index) => `p${index}`,
    );
    await inTurns(products, (product) =>
      fill(origin, product, EVENTS_OF_A_PRODUCT, randomFrom(whole(random, 2 ** 31))),
    );
    const file = join(folder, 'events.ndjson');
    const source = directSource(origin);
    const moment = { asOf: '2100-01-01T00:00:00.000Z', knownAt: '2100-01-01T00:00:00.000Z' };
    const rows = rowsOf('events', source, { products: await source.products(), moment });
    await writeExport(textOf('events', 'ndjson', rows), file);
    const begun = performance.now();
    const restored = await restoreFile(file, { store: copy, signal: new AbortController().signal });
    const rate = Math.round(restored.events / ((performance.now() - begun) / 1000));
    const { differences: unequal } = await compareWithExport(file, directSource(copy));
    if (unequal.length > 0) throw new Error(unequal[0]);
    const logs = stores.map((store) => createProductLog({ store })) as [ProductLog, ProductLog];
    const differing = await differences(logs, products, { questions, random });
    if (differing > 0) throw new Error(`${differing} of ${questions} answers differ`);
    return `${restored.events} events of ${products.length} products restored, ${rate} a second; ${questions} answers equal`;
  } finally {
    await Promise.all([one.stop(), other.stop()]);
  }
}
