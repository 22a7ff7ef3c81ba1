import { join } from 'node:path';
import { ownServer } from '../support/own-server';
import { startImport } from '../support/processes';
import { Relay } from './relay';

const sample = join(__dirname, '../data/online-retail-sample.csv');
/** 1,499 lines, and an opening for each of 54 products. */
const EVENTS = 1_553;
/** Of 98 appends in all. */
const HALF_WAY = 49;

// Four runs of a process each against a server with some 100 transactions: seconds on a free machine.
jest.setTimeout(120_000);

const server = ownServer();
let relay: Relay;
let url: string;

beforeEach(async () => {
  relay = new Relay(server.url);
  url = await relay.open();
});
afterEach(() => relay.close());

/** A figure of the summary. */
function figure(output: string, name: string): number {
  const found = new RegExp(`^${name} +([\\d,]+)`, 'm').exec(output);
  if (found === null) throw new Error(`the summary has no ${name}:\n${output}`);
  return Number(found[1]!.replaceAll(',', ''));
}

test('goes on after an interruption and a lost answer, without a duplicate', async () => {
  const interrupted = startImport(sample, url);
  relay.onAppended = (count) => {
    if (count === HALF_WAY) interrupted.interrupt();
    return count === 10 ? 'lose' : 'pass';
  };
  const first = await interrupted.ended;
  expect(first).toMatchObject({ code: 130, output: expect.stringContaining('Run the same command again') });
  const before = figure(first.output, 'recorded');
  expect(before).toBeGreaterThan(0);
  expect(before).toBeLessThan(EVENTS);

  const { code, output } = await startImport(sample, url, '--batch', '7').ended;
  expect({ code, output }).toMatchObject({ code: 0 });
  expect(figure(output, 'skipped')).toBe(before);
  expect(figure(output, 'recorded')).toBe(EVENTS - before);
  for (const name of ['deduplicated', 'refused', 'mismatches'])
    expect([name, figure(output, name)]).toEqual([name, 0]);
});

test('sends all of it again where nothing proves that it is there, without a duplicate', async () => {
  expect(await startImport(sample, url).ended).toMatchObject({ code: 0 });
  const asked = new Set<string>();
  relay.hides = (path) => path.endsWith('/state') && asked.size < asked.add(path).size;
  const { code, output } = await startImport(sample, url, '--concurrency', '8').ended;
  expect({ code, output }).toMatchObject({ code: 0 });
  expect(figure(output, 'deduplicated')).toBe(EVENTS);
  for (const name of ['recorded', 'skipped', 'mismatches'])
    expect([name, figure(output, name)]).toEqual([name, 0]);
});
