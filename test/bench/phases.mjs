// What is measured: the operations at every length, the longest beside the shortest, many writers to one product, and
// the start.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { alternate, hammer } from './measure.mjs';

/** Operations of one event would soon make a short stream a longer one: those have several streams. */
const copiesOf = (length) => (length <= 10 ? 30 : length <= 100 ? 10 : length <= 1000 ? 2 : 1);

const productOf = (key, length, copy = 0) => `${key}-${length}-${copy}`;

/** The operations to measure at a length, late appends by their distances. */
function cells({ operations, distances }, length) {
  const plain = operations.filter((name) => !['late', 'hot', 'cold'].includes(name));
  const late = operations.includes('late') ? distances.filter((distance) => distance < length) : [];
  return [
    ...plain.map((name) => ({ name, operation: name })),
    ...late.map((distance) => ({ name: `late by ${distance}`, operation: 'late', distance })),
  ];
}

function turns({ key, operations }, { operation, distance }, length) {
  const copies = copiesOf(length);
  let turn = 0;
  return () => operations[operation](productOf(key, length, turn++ % copies), length, distance);
}

/** What one operation uses, of each contestant that has it. */
async function countCell({ counted, relay }, cell, length) {
  const counts = {};
  for (const { key, operations } of counted) {
    if (!(cell.operation in operations)) continue;
    const run = () => operations[cell.operation](productOf(key, length), length, cell.distance);
    counts[key] = await relay.of(run);
  }
  return counts;
}

async function fillCopies({ key, fill }, length, say) {
  const copies = copiesOf(length);
  say(`${key}: ${copies} stream(s) of ${length}`);
  for (let copy = 0; copy < copies; copy += 1) await fill(productOf(key, length, copy), length);
}

const WARM_MS = 5_000;

/** Every operation on a short stream, so that no engine of JavaScript compiles while it is timed. */
async function warmUp(context) {
  const { sides, say, warmup } = context;
  for (const { key, fill, operations } of sides) {
    say(`${key}: warms up`);
    for (const { operation, distance } of cells(context, 10)) {
      if (!(operation in operations)) continue;
      const productId = productOf(`warm-${key}`, operation);
      await fill(productId, 10);
      const until = performance.now() + WARM_MS;
      for (let i = 0; i < warmup && performance.now() < until; i += 1)
        await operations[operation](productId, 10, distance);
    }
  }
}

/** Every operation at every length: counted first, then timed. */
export async function measureOperations(context) {
  const { sides, lengths, say } = context;
  await warmUp(context);
  const times = {};
  const counts = {};
  for (const length of lengths) {
    for (const side of sides) await fillCopies(side, length, say);
    [times[length], counts[length]] = [{}, {}];
    for (const cell of cells(context, length)) {
      say(`${cell.name} at ${length}`);
      counts[length][cell.name] = await countCell(context, cell, length);
      const able = sides.filter(({ operations }) => cell.operation in operations);
      const runs = able.map((side) => ({ key: side.key, run: turns(side, cell, length) }));
      times[length][cell.name] = await alternate(runs, context);
    }
  }
  return { times, counts };
}

/**
 * Appends of Hindsight to the longest streams and to new ones of the shortest length, by turns: minutes lie between what
 * was measured at the lengths above, and a machine is not the same all the time.
 * @returns milliseconds, the median of each by length and contestant
 */
export async function measureLengths(context) {
  const { sides, lengths, say } = context;
  const [shortest, longest] = [Math.min(...lengths), Math.max(...lengths)];
  const cell = { operation: 'append' };
  const runs = [];
  for (const side of sides.filter(({ key }) => ['log', 'http'].includes(key))) {
    const anew = { ...side, key: `${side.key}-anew` };
    await fillCopies(anew, shortest, say);
    runs.push({ key: `${side.key} ${shortest}`, run: turns(anew, cell, shortest) });
    runs.push({ key: `${side.key} ${longest}`, run: turns(side, cell, longest) });
  }
  say(`append at ${shortest} and at ${longest}, by turns`);
  return alternate(runs, { ...context, rounds: 500, budget: 6_000 });
}

const HOT_MS = 4_000;
const WRITERS = 16;

/** One writer, then sixteen, to a product of ten events; twice, by turns. */
export async function measureHot({ sides, say }) {
  const hot = {};
  for (const { key, hot: append, fill, count } of sides) {
    if (append === undefined) continue;
    say(`${key}: one writer, then ${WRITERS}`);
    const results = [];
    for (const writers of [1, WRITERS, 1, WRITERS]) {
      const productId = `hot-${key}-${results.length}`;
      await fill(productId, 10);
      const before = (await count?.(productId)) ?? 0;
      const result = await hammer(() => append(productId), writers, HOT_MS);
      const lost = count && result.done - ((await count(productId)) - before);
      results.push({ writers, ...result, ...(lost !== undefined && { lost }) });
    }
    hot[key] = results;
  }
  return hot;
}

const cold = fileURLToPath(new URL('cold.mjs', import.meta.url));

/** From the start of a process to its first answer about a stream of ten; the database runs already. */
export async function measureCold({ sides, endpoint, say }) {
  say('cold starts');
  const able = sides.filter(({ key }) => !['emmett', 'floor-transaction'].includes(key));
  for (const { key, fill } of able) await fill(`cold-${key}`, 10);
  let ended;
  const runs = able.map(({ key }) => ({
    key,
    // What the one before does after its answer is not to be in the way of the next.
    prepare: () => ended,
    run: async () => {
      const args = [cold, key, endpoint, `cold-${key}`];
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      ended = once(child, 'exit');
      await once(child.stdout, 'data');
    },
  }));
  const times = await alternate(runs, { rounds: 5, budget: 20_000 });
  await ended;
  return times;
}
