import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startDynamoDb } from '@hindsight/local-aws';
import { verifyTable } from '../support/log';
import { Api } from '../support/api';
import { connectTo } from '../support/engine';
import { startServer } from '../support/processes';
import { randomFrom } from '../support/random';
import { capacityOf, openLoop, Sender, type Answered } from './load';
import { judge, watchMemory } from './memory';
import { firstEvents, Mix } from './mix';

const CLIENTS = 32;
/** No answer may take longer, in milliseconds; none comes near it. */
const LONGEST = 30_000;

let [passed, failed] = [0, 0];
function check(holds: boolean, line: string): void {
  console.log(`${holds ? 'ok    ' : 'FAILED'}  ${line}`);
  if (holds) passed += 1;
  else failed += 1;
}

const percentile = (sorted: readonly number[], share: number): string =>
  ((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) / 1000).toFixed(2);

function describe(what: string, answered: readonly Answered[]): string {
  const times = answered.map(({ took }) => took).sort((a, b) => a - b);
  const [p50, p99, most] = [0.5, 0.99, 1].map((share) => percentile(times, share));
  return `${what}: p50 ${p50} s, p99 ${p99} s, longest ${most} s`;
}

/** The load finds its connections open: a server that is busy takes new ones slowly, one a turn of its event loop. */
const OPENING = 20;

/** What came back: answers, clean refusals, and what must not be. */
function checkAnswers(answered: readonly Answered[], seconds: number): void {
  const good = answered.filter(({ status }) => status >= 200 && status < 300);
  const refused = answered.filter(
    ({ status, retryAfter }) => (status === 503 || status === 429) && retryAfter,
  );
  const unclean = answered.filter((each) => !good.includes(each) && !refused.includes(each));
  const kinds: Record<string, number> = {};
  for (const { status } of unclean) kinds[status] = (kinds[status] ?? 0) + 1;
  console.log(`${answered.length} requests: ${good.length} answered, ${refused.length} refused`);
  check(unclean.length === 0, `refusals are 503 or 429 with Retry-After; others: ${JSON.stringify(kinds)}`);
  check(good.length > 0 && refused.length > 0, 'some are answered and some refused');
  const began = answered.reduce((first, { at }) => Math.min(first, at), Infinity) + OPENING * 1000;
  const half = began + (seconds * 1000) / 2;
  const between = (all: readonly Answered[], from: number, to: number) =>
    all.filter(({ at }) => at >= from && at < to);
  console.log(describe(`answered, the first ${OPENING} s`, between(good, 0, began)));
  console.log(describe('answered, first half', between(good, began, half)));
  console.log(describe('answered, second half', between(good, half, Infinity)));
  console.log(describe(`refused, the first ${OPENING} s`, between(refused, 0, began)));
  console.log(describe('refused, after them', between(refused, began, Infinity)));
  check(
    good.every(({ took }) => took < LONGEST),
    `no answer takes ${LONGEST / 1000} s or longer`,
  );
}

/** Every append that was acknowledged is in the log, once. */
async function checkLogs(api: Api, answered: readonly Answered[]): Promise<void> {
  const acknowledged = new Map<string, string[]>();
  for (const { ask, status } of answered) {
    if (ask.eventId === undefined || status !== 201) continue;
    acknowledged.set(ask.product, [...(acknowledged.get(ask.product) ?? []), ask.eventId]);
  }
  let [lost, doubled, stored] = [0, 0, 0];
  for (const [product, ids] of acknowledged) {
    const events = await api.events(product);
    const found = new Set(events.map(({ eventId }) => eventId));
    stored += events.length;
    doubled += events.length - found.size;
    lost += ids.filter((id) => !found.has(id)).length;
  }
  const count = [...acknowledged.values()].flat().length;
  check(
    lost === 0 && doubled === 0,
    `${count} acknowledged, ${stored} stored: ${lost} lost, ${doubled} doubled`,
  );
}

async function checkTable(dataDir: string): Promise<void> {
  const engine = await startDynamoDb({ file: join(dataDir, 'hindsight.db') });
  const client = connectTo(engine.endpoint);
  const { differences, streams, events } = await verifyTable({ client, tableName: 'hindsight' });
  check(differences.length === 0, `verify: ${events} events of ${streams} products are clean`);
  for (const difference of differences) console.log(JSON.stringify(difference));
  client.destroy();
  await engine.stop();
}

/** `--minutes N --seed S`: twice what this machine can take, for so long, against the built server. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { minutes: { type: 'string' }, seed: { type: 'string' } } });
  const [minutes, seed] = [Number(values.minutes ?? 10), Number(values.seed ?? 1)];
  const dataDir = mkdtempSync(join(tmpdir(), 'hindsight-overload-'));
  const server = await startServer(dataDir, { LOG_LEVEL: 'error' });
  const sender = new Sender(server.url);
  const answered: Answered[] = [];
  try {
    for (const ask of firstEvents()) await sender.send(ask);
    const mix = new Mix('measure', randomFrom(seed));
    await capacityOf(sender, mix, Math.min(5, minutes * 6), CLIENTS);
    const capacity = await capacityOf(sender, mix, Math.min(15, minutes * 12), CLIENTS);
    const rate = 2 * capacity;
    console.log(
      `capacity ${capacity.toFixed(0)}/s; load ${rate.toFixed(0)}/s for ${minutes} min, seed ${seed}`,
    );
    const seconds = minutes * 60;
    const whole = { rate, seconds: OPENING + seconds };
    const load = openLoop(sender, new Mix('load', randomFrom(seed + 1)), whole, (one) => answered.push(one));
    const courses = await watchMemory(server.pid, Math.min(5000, seconds * 25), load);
    checkAnswers(answered, seconds);
    for (const course of courses) check(...judge(course, minutes));
    await checkLogs(new Api(server.url), answered);
  } finally {
    sender.close();
    await server.stop();
  }
  await checkTable(dataDir);
  rmSync(dataDir, { recursive: true, force: true });
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

void main();
