import { DynamoDBServiceException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import type { StoredItem } from '@hindsight/event-log';
import type { StoreRequest, Wire } from '../support/wired-store';
import type { Faults } from './faults';
import type { World } from './world';

/** A new promise per call: a shared one would keep references to all waiters, and thereby to all runs. */
const never = (): Promise<never> => new Promise(() => undefined);
const GIVES_UP_AFTER = 5_000;
/** How far a clock is off that has not jumped, in milliseconds. */
const MOST_OFF = 50;
const RETRIED = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'InternalServerError',
  'TransactionInProgressException',
  'TimeoutError',
]);

function failure(name: string, httpStatusCode?: number): Error {
  const $metadata = httpStatusCode === undefined ? {} : { httpStatusCode };
  return new DynamoDBServiceException({ name, message: 'injected', $fault: 'server', $metadata });
}

/** DynamoDB's refusal of a put. */
export const refused = (name: string): Error => failure(name, 400);

/** DynamoDB's error for a cancelled transaction. */
export function cancelled(...codes: readonly string[]): Error {
  return new TransactionCanceledException({
    message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(', ')}]`,
    CancellationReasons: codes.map((Code) => ({ Code })),
    $metadata: { httpStatusCode: 400 },
  });
}

/** The context that all hosts of a run share. */
export interface Surroundings {
  readonly world: World;
  /** Replaced when the faults end. */
  faults: Faults;
  /** Called for every append at the moment at which it has been stored. */
  readonly onStored: (items: readonly StoredItem[]) => void;
}

/** A process: it has a clock that may be wrong, a wire to the store that may fail, and may die at every call. */
export class Host {
  alive = true;
  #offset: number;
  #cutUntil = 0;
  #onDeath: (() => void)[] = [];

  /**
   * @param attempts of the SDK's client
   * @param mortal false for a service, which survives the crash of one of its machines
   */
  constructor(
    readonly surroundings: Surroundings,
    readonly name: string,
    readonly attempts: number,
    readonly mortal = true,
  ) {
    const { world } = surroundings;
    this.#offset = world.between(-MOST_OFF, MOST_OFF);
  }

  clock = (): Date => {
    const { world, faults } = this.surroundings;
    if (world.chance(faults.jump)) this.#offset = world.between(-1, 1) * world.between(0, 20 * 60_000);
    // When the faults end, the clock is set right: the workflow stores nothing that a wrong one stamped.
    if (faults.jump === 0) this.#offset = Math.max(-MOST_OFF, Math.min(MOST_OFF, this.#offset));
    return new Date(world.now + this.#offset);
  };

  /** Waits; never ends in a process that is dead. */
  delay = async (milliseconds: number): Promise<void> => {
    await this.surroundings.world.sleep(milliseconds);
    if (!this.alive) return never();
  };

  die(): void {
    this.surroundings.world.note(`${this.name} dies`);
    this.alive = false;
    for (const tell of this.#onDeath) tell();
  }

  /** Ends when the process does. */
  readonly death = (): Promise<void> => new Promise((resolve) => void this.#onDeath.push(resolve));

  wire: Wire = async (request, carryOut) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#call(request, carryOut);
      } catch (error) {
        if (attempt === this.attempts || !RETRIED.has((error as Error).name)) throw error;
        await this.delay(this.surroundings.world.between(1, 50 * attempt));
      }
    }
  };

  #latency(): number {
    const { world, faults } = this.surroundings;
    return world.between(1, world.chance(0.02) ? 20 * faults.slowness : faults.slowness);
  }

  async #call<T>(request: StoreRequest, carryOut: (count?: number) => Promise<T>): Promise<T> {
    const { world, faults } = this.surroundings;
    const act = async (count?: number): Promise<T> => {
      const output = await carryOut(count);
      if (output === 'stored') this.surroundings.onStored(request.items ?? []);
      return output;
    };
    await this.delay(this.#latency());
    if (this.mortal && world.chance(faults.death)) return this.#dies();
    this.#refuse(request);
    if (world.chance(faults.unheard)) return this.#givesUp();
    if (world.chance(faults.overdue)) {
      world.schedule(world.between(1, 4 * GIVES_UP_AFTER), () => void this.#afterwards(request, act));
      return this.#givesUp();
    }
    if (world.chance(faults.twice))
      world.schedule(this.#latency() * 20, () => void this.#afterwards(request, act));
    const { operation, size = 1 } = request;
    const count = size > 1 && world.chance(faults.partial) ? world.between(1, size - 1) : undefined;
    world.note(`${this.name} ${operation}${count === undefined ? '' : ' in part'}`);
    const output = await act(count);
    if (this.mortal && world.chance(faults.death)) return this.#dies();
    await this.delay(this.#latency());
    if (this.#losesReply()) throw failure('InternalServerError', 500);
    return output;
  }

  #losesReply(): boolean {
    const { world, faults } = this.surroundings;
    if (world.chance(faults.cut)) this.#cutUntil = world.now + world.between(1_000, 60_000);
    return (faults.cut > 0 && world.now < this.#cutUntil) || world.chance(faults.replyLost);
  }

  #refuse({ operation, items = [] }: StoreRequest): void {
    const { world, faults } = this.surroundings;
    if (world.chance(faults.refused))
      throw world.pick([
        failure('ProvisionedThroughputExceededException', 400),
        failure('ThrottlingException', 400),
        failure('InternalServerError', 500),
      ]);
    if (operation !== 'append' || !world.chance(faults.conflict)) return;
    if (items.length === 1)
      throw refused(world.pick(['TransactionConflictException', 'ProvisionedThroughputExceededException']));
    throw world.pick([
      cancelled('TransactionConflict'),
      cancelled('ThrottlingError'),
      failure('TransactionInProgressException', 400),
    ]);
  }

  #dies(): Promise<never> {
    this.die();
    return never();
  }

  async #givesUp(): Promise<never> {
    await this.delay(GIVES_UP_AFTER);
    throw failure('TimeoutError');
  }

  /** The caller no longer exists, so the outcome is dropped. */
  async #afterwards({ operation }: StoreRequest, act: () => Promise<unknown>): Promise<void> {
    this.surroundings.world.note(`${this.name} ${operation} afterwards`);
    await act();
  }
}
