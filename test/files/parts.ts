import { createReadStream, createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { createDynamoDbStore, type Store } from '@hindsight/event-log';
import { createDirectClient } from '../../apps/cli/src/import/direct';
import { importFile } from '../../apps/cli/src/import/run';
import { directSource } from '../../apps/cli/src/export/direct';
import { startTable } from '../support/engine';
import { launchServer, partsOf } from '../support/processes';
import { randomFrom } from '../support/random';
import { figure, hindsight, succeed, type Ran } from './program';

export interface Options {
  /** The retail file, which may be packed. */
  readonly file: string;
  readonly lines: number;
  readonly kills: number;
  readonly events: number;
  readonly questions: number;
  readonly seed: number;
  /** A folder of its own. */
  readonly folder: string;
}

/** The file has sales and no purchases. */
const FLAG = ['--on-conflict', 'flag', '--currency', 'GBP'];

function assertEqual(what: string, actual: unknown, expected: unknown): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected))
    throw new Error(`${what}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(actual)}`);
}

const rateOf = ({ output, seconds, megabytes }: Ran): string =>
  `${figure(output, 'recorded')} events, ${figure(output, 'rate')} a second, ${Math.round(seconds)} s in all, at most ${megabytes} MB; ${figure(output, 'mismatches')} mismatches`;

/** The file straight into a data folder, which verifies. */
export async function direct({ file, lines, folder }: Options): Promise<string> {
  const dataDir = ['--data-dir', join(folder, 'direct')];
  const ran = await succeed(['import', file, '--direct', '--limit', `${lines}`, ...FLAG, ...dataDir]);
  assertEqual('mismatches', figure(ran.output, 'mismatches'), 0);
  const again = await succeed(['import', file, '--direct', '--limit', `${lines}`, ...FLAG, ...dataDir]);
  assertEqual('recorded the second time', figure(again.output, 'recorded'), 0);
  const { output } = await succeed(['verify', ...dataDir]);
  return `${rateOf(ran)}; verify: ${output.trim().split('\n').at(-1)}`;
}

/** Watches the memory of a server's processes. @returns a function that ends it, and says the most of each in MB */
function watchMemory(pid: number): () => string {
  const most = new Map<string, number>();
  const sampling = setInterval(() => {
    for (const { role, memory } of partsOf(pid)) most.set(role, Math.max(most.get(role) ?? 0, memory));
  }, 1_000);
  return () => {
    clearInterval(sampling);
    return [...most].map(([role, kilobytes]) => `${role} ${Math.round(kilobytes / 1024)} MB`).join(', ');
  };
}

/** The file through a server. */
export async function http({ file, lines, folder }: Options): Promise<string> {
  const server = await launchServer(join(folder, 'http'));
  try {
    if (!(await server.ready)) throw new Error('the server did not start');
    const memory = watchMemory(server.pid);
    const ran = await hindsight(['import', file, '--limit', `${lines}`, ...FLAG, '--url', server.url]);
    const most = memory();
    assertEqual('exit code', ran.code, 0);
    assertEqual('mismatches', figure(ran.output, 'mismatches'), 0);
    return `${rateOf(ran)}; the server: ${most}`;
  } finally {
    await server.stop();
  }
}

async function* linesIn(file: string, most: number): AsyncGenerator<string> {
  const packed = (await readFile(file)).subarray(0, 2).equals(Buffer.from([0x1f, 0x8b]));
  const stream = createReadStream(file);
  let number = 0;
  for await (const line of createInterface({ input: packed ? stream.pipe(createGunzip()) : stream })) {
    if (number > most) return;
    number += 1;
    yield line;
  }
}

/** The file cut into one for each day. */
async function days({ file, lines, folder }: Options): Promise<string[]> {
  const files: string[] = [];
  let [head, day, text] = ['', '', ''];
  const write = async (): Promise<void> => {
    if (text === '') return;
    const name = join(folder, `${day}.csv`);
    const out = createWriteStream(name);
    out.end(text);
    await once(out, 'finish');
    files.push(name);
  };
  for await (const line of linesIn(file, lines)) {
    if (head === '') {
      head = line;
      continue;
    }
    if (line.slice(0, 10) !== day) {
      await write();
      [day, text] = [line.slice(0, 10), `${head}\n`];
    }
    text += `${line}\n`;
  }
  await write();
  return files;
}

async function imported(file: string, store: Store, limit: number): Promise<void> {
  const client = createDirectClient({ store, tableName: 'a table' });
  const options = {
    file,
    client,
    target: 'a table',
    onConflict: 'flag' as const,
    limit,
    concurrency: 4,
    batch: 25,
  };
  const said: string[] = [];
  const surroundings = { signal: new AbortController().signal, say: (line: string) => void said.push(line) };
  const code = await importFile({ ...options, format: { currency: 'GBP' } }, surroundings);
  if (code !== 0) throw new Error(said.join('\n'));
}

/** Daily files, one after the other, give the states and versions of the whole at once. */
export async function daily(options: Options): Promise<string> {
  const [one, other] = [await startTable(), await startTable()];
  try {
    const [whole, byDay] = [one, other].map(({ client, tableName }) =>
      createDynamoDbStore(client, tableName),
    ) as [Store, Store];
    await imported(options.file, whole, options.lines);
    const files = await days(options);
    for (const file of files) await imported(file, byDay, Infinity);
    const moment = { asOf: '2100-01-01T00:00:00.000Z', knownAt: '2100-01-01T00:00:00.000Z' };
    const [expected, actual] = [directSource(whole), directSource(byDay)];
    const products = await expected.products();
    assertEqual('products', await actual.products(), products);
    for (const product of products)
      assertEqual(product, await actual.state(product, moment), await expected.state(product, moment));
    return `${files.length} days, ${products.length} products, all states and versions equal`;
  } finally {
    await Promise.all([one.stop(), other.stop()]);
  }
}

/** Killed again and again while loading, and resumed: nothing twice, nothing missing. */
export async function kills({ file, lines, kills: count, folder, seed }: Options): Promise<string> {
  const random = randomFrom(seed);
  const dataDir = ['--data-dir', join(folder, 'killed')];
  const args = ['import', file, '--direct', '--limit', `${lines}`, ...FLAG, ...dataDir];
  const whole = (await succeed([...args.slice(0, -1), join(folder, 'whole')])).seconds * 1000;
  let killed = 0;
  while (killed < count) {
    const ran = await hindsight(args, 500 + random() * whole * 0.7);
    if (ran.code === null) killed += 1;
    else if (ran.code !== 0) throw new Error(ran.output);
    else break;
  }
  const last = await succeed(args);
  assertEqual('mismatches', figure(last.output, 'mismatches'), 0);
  const stocks: string[] = [];
  for (const name of ['killed', 'whole'])
    stocks.push(
      (await succeed(['export', 'stock', '--direct', '--format', 'csv', '--data-dir', join(folder, name)]))
        .output,
    );
  const rows = stocks.map((text) => text.split('\n').filter((row) => !row.includes(', as known at ')));
  assertEqual('stock and versions', rows[0], rows[1]);
  await succeed(['verify', ...dataDir]);
  return `killed ${killed} times; ${figure(last.output, 'events')} events, each once`;
}

/** 206 MB with a quotation mark that is never closed: an error, in little memory. */
export async function quote({ folder }: Options): Promise<string> {
  const file = join(folder, 'quote.csv');
  const out = createWriteStream(file);
  out.write('date,order,sku,qty,name\n2026-11-01,1,A,1,"never closed\n');
  const part = '2026-11-01,1,A,1,a line like many others\n'.repeat(25_000);
  for (let size = 0; size < 206_000_000; size += part.length) if (!out.write(part)) await once(out, 'drain');
  out.end();
  await once(out, 'finish');
  const { code, output, megabytes } = await hindsight(['import', file, '--dry-run']);
  assertEqual('exit code', code, 2);
  if (!output.includes('a quotation mark that was opened before is never closed')) throw new Error(output);
  if (megabytes >= 150) throw new Error(`it took ${megabytes} MB`);
  return `refused, with at most ${megabytes} MB`;
}
