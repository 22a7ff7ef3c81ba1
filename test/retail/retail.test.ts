import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { StateAnswer } from '@hindsight/workflow';
import { openLog } from '../support/log';
import { command } from '../support/commands';
import { startTable, type TestTable } from '../support/engine';
import { figures } from '../support/figures';
import { expectedFrom, recordings, year, type Expected, type Line } from './year';

const FILE = process.env['RETAIL_FILE'] ?? join(__dirname, '../data/online-retail-sample.csv');
const LINES = Number(process.env['RETAIL_LINES'] ?? 1_000_000);
const SEED = Number(process.env['SEED'] ?? 1);
/** One product in so many, for a whole year in less time. */
const ONE_IN = Number(process.env['RETAIL_ONE_IN'] ?? 3);

/** The ends of twelve months, and three moments to know them at. */
const MONTH_ENDS = Array.from({ length: 12 }, (_, month) => Date.UTC(2011, month, 1) - 1);
const KNOWN = [Date.UTC(2011, 3, 10), Date.UTC(2011, 8, 20), Date.UTC(2013, 0, 1)];

/** The whole state but for which event the shortage began with, which the file can't tell. */
const comparable = (answer: StateAnswer) => {
  if (!answer.found) return undefined;
  const { conflicts, ...state } = answer.state;
  return { ...state, deficits: conflicts?.map(({ deficit }) => deficit) ?? [] };
};

const stateFrom = (productId: string, expected: Expected | undefined) =>
  expected && {
    productId,
    quantity: String(expected.quantity),
    name: null,
    unit: null,
    reorderPoint: null,
    unitPrice: expected.price === undefined ? null : { amount: String(expected.price), currency: 'GBP' },
    color: null,
    size: null,
    status: expected.quantity > 0 ? 'available' : 'outOfStock',
    deficits: expected.quantity < 0 ? [String(-expected.quantity)] : [],
  };

const iso = (time: number): string => new Date(time).toISOString();

describe('a year of retail with late lines, corrections and retractions', () => {
  let table: TestTable;
  beforeAll(async () => {
    table = await startTable();
  });
  afterAll(() => table.stop());

  async function record(product: string, lines: readonly Line[]): Promise<number> {
    let now = 0;
    const log = openLog({
      client: table.client,
      tableName: table.tableName,
      clock: () => new Date(now),
    });
    const all = recordings(lines);
    for (const { at, body } of all) {
      now = at;
      await log.append(command(product, body, { onConflict: 'flag' }));
    }
    while (!(await log.repair(product)).done);
    return all.length;
  }

  async function differences(product: string, lines: readonly Line[]): Promise<string[]> {
    const log = openLog(table);
    const found: string[] = [];
    for (const asOf of MONTH_ENDS) {
      for (const knownAt of KNOWN) {
        const answer = await log.stateAt(product, { asOf: iso(asOf), knownAt: iso(knownAt) });
        const expected = stateFrom(product, expectedFrom(lines, asOf, knownAt));
        const actual = comparable(answer);
        if (!isDeepStrictEqual(actual, expected)) {
          const [is, should] = [actual, expected].map((state) => JSON.stringify(state));
          found.push(`${product} as of ${iso(asOf)}, known ${iso(knownAt)}: ${is}, not ${should}`);
        }
      }
    }
    return found;
  }

  it(
    'gives the states of a computation straight from the file, at 12 month ends known at 3 moments',
    async () => {
      const byProduct = new Map<string, Line[]>();
      for (const line of await year(FILE, { lines: LINES, seed: SEED, oneIn: ONE_IN })) {
        byProduct.set(line.product, [...(byProduct.get(line.product) ?? []), line]);
      }
      const waiting = [...byProduct];
      const found: string[] = [];
      let recorded = 0;
      const worker = async () => {
        for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
          const events = await record(...next);
          recorded += events;
          found.push(...(await differences(...next)));
        }
      };
      await Promise.all(Array.from({ length: 4 }, worker));
      expect(found).toEqual([]);
      figures(
        `retail: ${byProduct.size} products, ${recorded} events, ${byProduct.size * 36} answers compared`,
      );
    },
    4 * 3_600_000,
  );
});
