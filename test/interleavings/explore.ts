import assert from 'node:assert/strict';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { tableDefinition } from '@hindsight/event-log';
import { memoryClient, MemoryDatabase, type Wire } from '@hindsight/local-aws';
import fc from 'fast-check';
import { at, command } from '../support/commands';
import { wholeLog, openLog, verifyProduct } from '../support/log';
import { Meter } from '../support/meter';
import { checkAnswers, PRODUCT, type Section } from './sections';

const tableName = 'interleaved';
const clock = () => new Date(at(100));

const straight: Wire = async (_, carryOut) => {
  await Promise.resolve();
  return carryOut();
};

/**
 * How many turns a call to the table takes. Of two actors that are chosen by turns at random, neither ever gets far ahead
 * of the other; so that one is held up while another comes to its end, a call in twelve takes very long.
 */
const turns = fc.infiniteStream(
  fc.oneof({ weight: 11, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.constant(24) }),
);

/** Plays sections, each call to the table in an order that fast-check's scheduler chooses. */
export class Explorer {
  #database = new MemoryDatabase();
  #wire: Wire = straight;
  #tokens = 0;
  readonly #client = memoryClient(
    () => this.#database,
    (request, carryOut) => this.#wire(request, carryOut),
  );
  /** Of a reader who comes afterwards. */
  readonly #afterwards = memoryClient(() => this.#database, straight);
  readonly #meter = new Meter(this.#afterwards);

  /** @throws Error with the order that fails, as short as fast-check finds it */
  async explore(section: Section, { runs, seed }: { runs: number; seed: number }): Promise<void> {
    const property = fc.asyncProperty(fc.scheduler(), turns, (scheduler, turnsOfCalls) =>
      this.#play(section, scheduler, turnsOfCalls),
    );
    await fc.assert(property, { numRuns: runs, seed });
  }

  async #play(
    { before, actors, repaired, check }: Section,
    scheduler: fc.Scheduler,
    turnsOfCalls: Iterator<number, number>,
  ): Promise<void> {
    this.#database = new MemoryDatabase();
    this.#wire = straight;
    const client = this.#client;
    await client.send(new CreateTableCommand(tableDefinition(tableName)));
    const newToken = () => `token-${(this.#tokens += 1)}`;
    const delay = () => scheduler.schedule(Promise.resolve(), 'wait');
    const processOf = () => openLog({ client, tableName, clock, newToken, random: () => 0.5, delay });
    const quiet = openLog({ client, tableName, clock, newToken });
    for (const body of before) await quiet.append(command(PRODUCT, body));
    const since = await quiet.headVersion(PRODUCT);

    this.#wire = async ({ operation }, carryOut) => {
      const left = turnsOfCalls.next().value;
      for (let turn = 0; turn < left; turn += 1) await scheduler.schedule(Promise.resolve(), operation);
      return carryOut();
    };
    const told = await scheduler.waitFor(Promise.all(actors.map((actor) => actor(processOf()))));
    this.#wire = straight;

    const log = await wholeLog(quiet, PRODUCT);
    assert.deepEqual(
      log.map(({ version }) => version),
      log.map((_, index) => index + 1),
    );
    checkAnswers(told, log, since);
    check(told, log);
    if (repaired) await this.#checkRepaired();
    const { difference } = await verifyProduct({ client, tableName }, PRODUCT);
    assert.equal(difference, undefined, JSON.stringify(difference));
  }

  /** Every state in the past takes no more than the head and one checkpoint, and nothing is left to do. */
  async #checkRepaired(): Promise<void> {
    const log = openLog({ client: this.#afterwards, tableName, clock });
    for (let seconds = 0; seconds <= 30; seconds += 1) {
      const { readRequests } = await this.#meter.of(() => log.stateAt(PRODUCT, { asOf: at(seconds) }));
      assert.ok(readRequests <= 2, `${readRequests} requests for the state after ${seconds} s`);
    }
    const report = await log.repair(PRODUCT);
    assert.deepEqual(report, { done: true, factsRead: 0, checkpointsWritten: 0 });
  }
}
