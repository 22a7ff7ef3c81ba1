import assert from 'node:assert/strict';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EventLog } from '@hindsight/event-log';
import { KILLED, Mortality } from '../history/mortal';

/** A repair that has read what it needs, and is held before its first write until it is told how many it may make. */
export class Rehearsal {
  readonly #mortality: Mortality;
  #held: (() => void) | undefined;
  #release: (() => void) | undefined;
  #outcome: Promise<'done' | 'killed'> | undefined;

  constructor(
    client: DynamoDBClient,
    readonly log: EventLog,
  ) {
    this.#mortality = new Mortality(client);
    client.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName === 'BatchWriteItemCommand' || context.commandName === 'BatchWriteCommand')
          await this.#hold();
        return next(args);
      },
      { step: 'initialize', name: 'rehearsal', priority: 'high' },
    );
  }

  #hold(): Promise<void> {
    const held = this.#held;
    if (held === undefined) return Promise.resolve();
    this.#held = undefined;
    const released = new Promise<void>((resolve) => (this.#release = resolve));
    held();
    return released;
  }

  /** Comes back when the repair is about to write, or has nothing to. */
  async start(productId: string, budget: number): Promise<void> {
    const held = new Promise<void>((resolve) => (this.#held = resolve));
    this.#outcome = this.log.repair(productId, budget).then(
      () => 'done' as const,
      (error: unknown) => {
        if (error instanceof Error && error.message === KILLED) return 'killed' as const;
        throw error;
      },
    );
    await Promise.race([held, this.#outcome]);
    this.#held = undefined;
  }

  /** Lets it write so often; it must want to write exactly `wanted` times. */
  async finish(writes: number, wanted: number): Promise<void> {
    this.#mortality.life = writes;
    this.#release?.();
    const outcome = await this.#outcome;
    assert.equal(outcome, writes < wanted ? 'killed' : 'done', 'how the repair ended');
    assert.equal(this.#mortality.life, 0, 'writes that it left undone');
    [this.#release, this.#outcome] = [undefined, undefined];
  }

  /** Ends a repair that the trace leaves in the middle. */
  async abandon(): Promise<void> {
    this.#mortality.life = 0;
    this.#release?.();
    await this.#outcome;
  }
}
