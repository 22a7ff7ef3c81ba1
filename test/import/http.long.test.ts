import { join } from 'node:path';
import { ownServer } from '../support/own-server';
import { startImport } from '../support/processes';
import { Relay } from './relay';

const sample = join(__dirname, '../data/online-retail-sample.csv');
const EVENTS = 1_499;
/** Of some 90 appends in all. */
const HALF_WAY = 45;
/** The file has sales and no purchases. */
const FLAG = ['--on-conflict', 'flag'];

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
  const interrupted = startImport(sample, url, ...FLAG);
  relay.onAppended = (count) => {
    if (count === HALF_WAY) interrupted.interrupt();
    return count === 10 ? 'lose' : 'pass';
  };
  const first = await interrupted.ended;
  expect(first).toMatchObject({ code: 130, output: expect.stringContaining('Run the same command again') });
  const before = figure(first.output, 'recorded');
  expect(before).toBeGreaterThan(0);
  expect(before).toBeLessThan(EVENTS);

  const { code, output } = await startImport(sample, url, ...FLAG, '--batch', '7').ended;
  expect({ code, output }).toMatchObject({ code: 0 });
  expect(figure(output, 'recorded')).toBe(EVENTS - before);
  for (const name of ['refused', 'mismatches']) expect([name, figure(output, name)]).toEqual([name, 0]);
});

test('the same file twice changes nothing', async () => {
  expect(await startImport(sample, url, ...FLAG).ended).toMatchObject({ code: 0 });
  const { code, output } = await startImport(sample, url, ...FLAG, '--concurrency', '8').ended;
  expect({ code, output }).toMatchObject({ code: 0 });
  expect(figure(output, 'deduplicated') + figure(output, 'skipped')).toBe(EVENTS);
  for (const name of ['recorded', 'refused', 'mismatches'])
    expect([name, figure(output, name)]).toEqual([name, 0]);
});
