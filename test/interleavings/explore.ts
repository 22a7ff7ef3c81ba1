import assert from 'node:assert/strict';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { createEventLog, tableDefinition, verifyProduct } from '@hindsight/event-log';
import { memoryClient, MemoryDatabase, type Wire } from '@hindsight/local-aws';
import fc from 'fast-check';
import { at, command } from '../support/commands';
import { wholeLog } from '../support/log';
import { checkAnswers, PRODUCT, type Section } from './sections';

const tableName = 'interleaved';
const clock = () => new Date(at(100));

const straight: Wire = async (_, carryOut) => {
  await Promise.resolve();
  return carryOut();
};

/** Plays sections, each call to the table in an order that fast-check's scheduler chooses. */
export class Explorer {
  #database = new MemoryDatabase();
  #wire: Wire = straight;
  #tokens = 0;
  readonly #client = memoryClient(
    () => this.#database,
    (request, carryOut) => this.#wire(request, carryOut),
  );

  /** @throws Error with the order that fails, as short as fast-check finds it */
  async explore(section: Section, { runs, seed }: { runs: number; seed: number }): Promise<void> {
    const property = fc.asyncProperty(fc.scheduler(), (scheduler) => this.#play(section, scheduler));
    await fc.assert(property, { numRuns: runs, seed });
  }

  async #play({ before, actors, check }: Section, scheduler: fc.Scheduler): Promise<void> {
    this.#database = new MemoryDatabase();
    this.#wire = straight;
    const client = this.#client;
    await client.send(new CreateTableCommand(tableDefinition(tableName)));
    const newToken = () => `token-${(this.#tokens += 1)}`;
    const delay = () => scheduler.schedule(Promise.resolve(), 'wait');
    const processOf = () => createEventLog({ client, tableName, clock, newToken, random: () => 0.5, delay });
    const quiet = createEventLog({ client, tableName, clock, newToken });
    for (const body of before) await quiet.append(command(PRODUCT, body));
    const since = await quiet.headVersion(PRODUCT);

    this.#wire = async ({ operation }, carryOut) => {
      await scheduler.schedule(Promise.resolve(), operation);
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
    const { difference } = await verifyProduct({ client, tableName }, PRODUCT);
    assert.equal(difference, undefined, JSON.stringify(difference));
  }
}
