import { setMaxListeners } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { judge, watchMemory } from '../overload/memory';
import { Api } from '../support/api';
import { startServer } from '../support/processes';
import { besiege, otherHabits, tailHabits, type Habit, type Tally } from './besiegers';
import { percentile, standBy, type Course } from './bystander';

/** Products with large events, and how many each has. */
const PRODUCTS = 12;
const EVENTS = 96;
const SAMPLE_EVERY_MS = 5_000;

let [passed, failed] = [0, 0];
function check(holds: boolean, line: string): void {
  console.log(`${holds ? 'ok    ' : 'FAILED'}  ${line}`);
  if (holds) passed += 1;
  else failed += 1;
}

const large = {
  eventType: 'productReceived',
  quantity: 1,
  reason: '😀'.repeat(1_000),
  color: '😀'.repeat(128),
  size: '😀'.repeat(128),
  correlationId: '😀'.repeat(128),
};

async function fill(api: Api): Promise<void> {
  for (let product = 0; product < PRODUCTS; product += 1) {
    for (let stored = 0; stored < EVENTS; stored += 6) {
      const { status, body } = await api.append(
        `fat-${product}`,
        Array.from({ length: 6 }, () => large),
      );
      if (status !== 201) throw new Error(`a large event was answered ${status}: ${JSON.stringify(body)}`);
    }
  }
  for (const product of ['besieged', 'bystander'])
    await api.append(product, { eventType: 'productReceived', quantity: 1 });
}

/** Opens connections a few at a time, each with the next habit. */
async function surround(
  port: number,
  counts: { readonly connections: number; readonly tails: number },
  end: AbortSignal,
) {
  const tallies = new Map<string, Tally>();
  const tails = tailHabits(PRODUCTS);
  const open = (habit: Habit | undefined): void => {
    if (habit === undefined) return;
    const tally = tallies.get(habit.name) ?? { opened: 0, bytes: 0, statuses: {} };
    tallies.set(habit.name, tally);
    besiege(port, habit, tally, end);
  };
  for (let count = 0; count < counts.connections && !end.aborted; count += 1) {
    if (count < counts.tails) open(tails[count % tails.length]);
    else open(otherHabits[count % otherHabits.length]);
    if (count % 20 === 0) await pause(50);
  }
  return tallies;
}

function report(courses: readonly Course[]): void {
  for (const { name, times, statuses } of courses) {
    const [p50, p99, most] = [0.5, 0.99, 1].map((share) => percentile(times, share));
    const expected = name === 'state' ? '200' : '201';
    const good = statuses[expected] ?? 0;
    check(
      good === times.length,
      `a bystander's ${name}: ${times.length} requests, p50 ${p50}, p99 ${p99}, longest ${most}; ${JSON.stringify(statuses)}`,
    );
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '10' },
      connections: { type: 'string', default: '2000' },
      tails: { type: 'string', default: '1500' },
    },
  });
  const [minutes, connections, tails] = [values.minutes, values.connections, values.tails].map(Number) as [
    number,
    number,
    number,
  ];
  const dataDir = mkdtempSync(join(tmpdir(), 'hindsight-siege-'));
  // Room for the siege and for others; everything else is as it is by default.
  const server = await startServer(dataDir, {
    MAX_CONNECTIONS: String(connections + 200),
    MAX_TAILS: String(tails),
  });
  const port = Number(new URL(server.url).port);
  const api = new Api(server.url);
  const end = new AbortController();
  setMaxListeners(0, end.signal);
  try {
    await fill(api);
    const quiet = new AbortController();
    setTimeout(() => quiet.abort(), 5_000);
    for (const { name, times } of await standBy(port, quiet.signal))
      console.log(
        `before, a bystander's ${name}: p50 ${percentile(times, 0.5)}, p99 ${percentile(times, 0.99)}`,
      );
    const tallies = await surround(port, { connections, tails }, end.signal);
    setTimeout(() => end.abort(), minutes * 60_000);
    const standing = standBy(port, end.signal);
    const memory = await watchMemory(server.pid, SAMPLE_EVERY_MS, standing);
    report(await standing);
    for (const course of memory) check(...judge(course, minutes));
    for (const [name, { opened, bytes, statuses }] of tallies)
      console.log(
        `${name}: ${opened} connections, ${(bytes / 1e6).toFixed(0)} MB read, ${JSON.stringify(statuses)}`,
      );
    check((await api.get('/healthz')).status === 200, 'the server answers after it');
  } finally {
    end.abort();
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
  const { code, output } = await server.ended;
  // The planned replacement of the engine's process is none.
  check(!output.includes('is started again'), '0 restarts');
  check(code === 0, 'the server ends in order');
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}

void main();
