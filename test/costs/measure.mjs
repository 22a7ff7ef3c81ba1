// npm run costs:measure [-- --check]
//
// Counts what one append takes and writes it into docs/measured.json, from which the documents' costs and capacities
// are worked out; with --check it fails where the document says something else.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { hindsightLog } from '../bench/contestants/hindsight-log.mjs';
import { sample } from '../bench/contestants/sample.mjs';
import { startEngine } from '../bench/engine.mjs';
import { startRelay } from '../bench/relay.mjs';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const require = createRequire(import.meta.url);
const { registry } = require('@hindsight/domain');
const { stateMachineDefinition } = require('@hindsight/workflow');

const file = fileURLToPath(new URL('../../docs/measured.json', import.meta.url));
const LENGTH = 1000;
/** One in 32 events is listed by its recorded time, so that an append has no constant cost, and an average. */
const APPENDS = { withId: 10_000, withoutId: 320, batches: 32 };

/** How an event in order goes: its own branch of the router, then one item to store. */
const TAKEN = { EventRouter: 'ProcessProductReceived', Decision: 'StoreEvent' };

function pathInOrder() {
  const { StartAt, States } = stateMachineDefinition(registry, (name) => name);
  const path = [];
  for (let name = StartAt; name !== undefined;) {
    path.push(name);
    const { Next, Choices = [] } = States[name];
    name = Next ?? Choices.find((choice) => choice.Next === TAKEN[name])?.Next;
  }
  return path;
}

const path = pathInOrder();
if (path.at(-1) !== 'StoreEvent') throw new Error(`the way through the state machine ends in ${path.at(-1)}`);

const hundredths = (number) => Math.round(number * 100) / 100;
const tenths = (number) => Math.round(number * 10) / 10;

/** What one of many takes: figures to the nearest hundredth, requests by name. */
async function average(relay, times, work) {
  const { requests, ...used } = await relay.of(async () => {
    for (let i = 0; i < times; i += 1) await work();
  });
  const each = (figures) =>
    Object.fromEntries(Object.entries(figures).map(([name, sum]) => [name, hundredths(sum / times)]));
  return { ...each(used), requests: each(requests) };
}

async function count() {
  const engine = await startEngine();
  const relay = await startRelay(engine.endpoint);
  const log = await hindsightLog({ endpoint: relay.endpoint });
  const other = await sample({ endpoint: relay.endpoint });
  try {
    await log.fill('p', LENGTH);
    await other.fill('p', LENGTH);
    const append = await average(relay, APPENDS.withId, () => log.operations.append('p', LENGTH));
    const withoutId = await average(relay, APPENDS.withoutId, () =>
      log.operations.appendWithoutId('p', LENGTH),
    );
    const batch = await average(relay, APPENDS.batches, () => log.operations.batch25('p', LENGTH));
    console.log({ append: append.requests, withoutId: withoutId.requests, batch: batch.requests });
    const put = await relay.of(() => other.operations.append('p'));
    return {
      hindsight: {
        // To the nearest tenth: now and then an append looks whether the past is closed.
        readUnits: tenths(append.readUnits),
        readUnitsWithoutId: tenths(withoutId.readUnits),
        writeUnits: append.writeUnits,
        batchOf25WriteUnits: batch.writeUnits,
        states: path.length,
        // To the nearest hundred: ids and quantities differ in length.
        storedBytes: Math.round(append.storedBytes / 100) * 100,
      },
      // EventRouter, the function of the type, and the put.
      sample: { writeUnits: put.writeUnits, states: 3, storedBytes: Math.round(put.storedBytes / 10) * 10 },
    };
  } finally {
    log.stop();
    other.stop();
    relay.stop();
    await engine.stop();
  }
}

const document = JSON.parse(readFileSync(file, 'utf8'));
const measured = await count();
const same = ['hindsight', 'sample'].every(
  (name) => JSON.stringify(document[name]) === JSON.stringify(measured[name]),
);
console.log(JSON.stringify(measured, null, 2));
if (process.argv.includes('--check')) {
  console.log(same ? 'as in docs/measured.json' : 'docs/measured.json says otherwise: npm run costs:measure');
  process.exitCode = same ? 0 : 1;
} else if (!same) writeFileSync(file, `${JSON.stringify({ what: document.what, ...measured }, null, 2)}\n`);
