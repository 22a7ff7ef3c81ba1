import { registry, type RecordedEvent } from '@hindsight/domain';
import { AppendRefusedError, ContentionError } from '@hindsight/event-log';
import type { AppendResult, ProductLog } from '@hindsight/workflow';
import fc from 'fast-check';
import { historyOf, snapshotAt } from '../support/definition';
import { Model } from '../history/model';
import { at, command, received, shipped } from '../support/commands';
import { startTable, type TestTable } from '../support/engine';
import { wholeLog, openLog } from '../support/log';

const CLIENTS = 16;
const EACH = 4;
/** Clients of one log wait for each other; those of different logs race, as processes do. */
const LOGS = 4;

interface Act {
  readonly ships: boolean;
  readonly quantity: number;
  /** Seconds after the epoch of the test; undefined: now. */
  readonly moment: number | undefined;
  readonly dryRun: boolean;
}

const act: fc.Arbitrary<Act> = fc.record({
  ships: fc.boolean(),
  quantity: fc.integer({ min: 1, max: 9 }),
  moment: fc.option(fc.nat(60), { nil: undefined, freq: 2 }),
  dryRun: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
});

/** The deepest shortage at any instant, in the history known through each version. */
function everShort(log: readonly RecordedEvent[]): boolean {
  return log.some((_, index) => {
    const known = log.slice(0, index + 1);
    return historyOf(registry, known).some(
      ({ event }) => Number(snapshotAt(registry, known, { asOf: event.effectiveAt })?.state.quantity) < 0,
    );
  });
}

/** Asks again after a 503, as a client does if others were faster at every try; refusals are answers. */
async function insist(append: () => Promise<AppendResult>): Promise<AppendResult | undefined> {
  for (;;) {
    try {
      return await append();
    } catch (error) {
      if (error instanceof AppendRefusedError) return undefined;
      if (!(error instanceof ContentionError)) throw error;
    }
  }
}

describe('sixteen clients and one product', () => {
  let table: TestTable;
  let log: ProductLog;
  let logs: readonly ProductLog[];
  beforeAll(async () => {
    table = await startTable();
    const { client, tableName } = table;
    logs = Array.from({ length: LOGS }, () => openLog({ client, tableName }));
    log = openLog({ client, tableName });
  });
  afterAll(() => table.stop());

  /** A client's appends one after another; the results of those that were stored. */
  async function client(productId: string, index: number, acts: readonly Act[]): Promise<AppendResult[]> {
    const own = logs[index % LOGS] as ProductLog;
    const results: AppendResult[] = [];
    for (const [turn, { ships, quantity, moment, dryRun }] of acts.entries()) {
      const place = moment === undefined ? {} : { effectiveAt: at(moment) };
      const body = (ships ? shipped : received)(quantity, { eventId: `client-${index}-${turn}`, ...place });
      const result = await insist(() => own.append(command(productId, body, { dryRun })));
      if (result !== undefined && !dryRun) results.push(result);
    }
    return results;
  }

  it('leave the log that its recorded order explains: every answer, no shortage at any instant, nothing lost', async () => {
    const [acts] = fc.sample(
      fc.array(fc.array(act, { minLength: EACH, maxLength: EACH }), {
        minLength: CLIENTS,
        maxLength: CLIENTS,
      }),
      {
        numRuns: 1,
        seed: Number(process.env['SEED'] ?? 20260301),
      },
    );
    await log.append(command('hot', received(20, { eventId: 'start', effectiveAt: at(0) })));
    const results = await Promise.all((acts ?? []).map((each, index) => client('hot', index, each)));

    const events = await wholeLog(log, 'hot');
    expect(events.map(({ version }) => version)).toEqual(events.map((_, index) => index + 1));
    expect(everShort(events)).toBe(false);

    const model = new Model();
    const answers = new Map(results.flat().map((result) => [result.version, result]));
    for (const event of events) {
      const { version, recordedAt, ...sent } = event;
      const expected = model.append({ events: [sent], onConflict: 'reject', dryRun: false }, recordedAt);
      const answer = answers.get(version);
      expect(expected.outcome).toBe('stored');
      if (answer !== undefined) expect(answer.state).toEqual(expected.state);
    }
    expect(answers.size).toBe(events.length - 1);
  }, 120_000);
});
