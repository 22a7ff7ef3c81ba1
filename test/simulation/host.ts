import {
  DynamoDBServiceException,
  TransactionCanceledException,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { memoryClient, type MemoryDatabase, type MemoryRequest, type Wire } from '@hindsight/local-aws';
import type { Faults } from './faults';
import type { World } from './world';

/** One each: whoever waits for a promise is remembered by it, and this one would remember all runs. */
const never = (): Promise<never> => new Promise(() => undefined);
const GIVES_UP_AFTER = 5_000;
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

function conflicted(code: string): Error {
  return new TransactionCanceledException({
    message: `Transaction cancelled [${code}]`,
    CancellationReasons: [{ Code: code }],
    $metadata: { httpStatusCode: 400 },
  });
}

/** What all hosts of a run share. */
export interface Surroundings {
  readonly world: World;
  /** Replaced when the faults end. */
  faults: Faults;
  /** Told of every request at the moment at which it has been carried out. */
  readonly onCarriedOut: (request: MemoryRequest) => void;
}

/** A client whose wire can be laid anew: making one takes longer than many a run. */
interface Line {
  readonly client: DynamoDBClient;
  wire: Wire;
}

export class Lines {
  readonly #free: Line[] = [];
  readonly #laid: Line[] = [];

  /** Where they lead to. */
  constructor(public database: MemoryDatabase) {}

  lay(wire: Wire): Line {
    const line = this.#free.pop() ?? this.#newLine();
    line.wire = wire;
    this.#laid.push(line);
    return line;
  }

  /** Whoever still has one of them gets no answer any more. */
  takeAll(): void {
    for (const line of this.#laid) line.wire = never;
    this.#free.push(...this.#laid.splice(0));
  }

  #newLine(): Line {
    const line: Line = {
      client: memoryClient(
        () => this.database,
        (request, carryOut) => line.wire(request, carryOut),
      ),
      wire: never,
    };
    return line;
  }
}

type Batch = Record<string, unknown[]>;

/** Cuts a batch in two: what is done, and what is left undone. */
function half({ operation, input }: MemoryRequest, world: World): { done: object; left: object } | undefined {
  const { RequestItems } = input as { RequestItems?: Record<string, { Keys?: unknown[] } | unknown[]> };
  const [[table, requests] = ['', undefined]] = Object.entries(RequestItems ?? {});
  const list = Array.isArray(requests) ? requests : (requests?.Keys ?? []);
  if (list.length < 2) return undefined;
  const at = world.between(1, list.length - 1);
  const wrap = (part: unknown[]) => (Array.isArray(requests) ? part : { ...requests, Keys: part });
  const left = { [table]: wrap(list.slice(at)) };
  return {
    done: { RequestItems: { [table]: wrap(list.slice(0, at)) } as Batch },
    left: operation === 'BatchGetItem' ? { UnprocessedKeys: left } : { UnprocessedItems: left },
  };
}

/** A process: it has a clock that may be wrong, lines to DynamoDB that may fail, and may die at every call. */
export class Host {
  alive = true;
  #offset: number;
  #cutUntil = 0;
  #onDeath: (() => void)[] = [];

  /**
   * @param attempts of the SDK's client
   * @param mortal a service does not die of the death of one of its machines
   */
  constructor(
    readonly surroundings: Surroundings,
    readonly name: string,
    readonly attempts: number,
    readonly mortal = true,
  ) {
    const { world } = surroundings;
    this.#offset = world.between(-50, 50);
  }

  clock = (): Date => {
    const { world, faults } = this.surroundings;
    if (world.chance(faults.jump)) this.#offset = world.between(-1, 1) * world.between(0, 20 * 60_000);
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

  async #call(request: MemoryRequest, carryOut: (input?: object) => object): Promise<object> {
    const { world, faults } = this.surroundings;
    const act = (input?: object): object => {
      const output = carryOut(input);
      this.surroundings.onCarriedOut(request);
      return output;
    };
    await this.delay(this.#latency());
    if (this.mortal && world.chance(faults.death)) return this.#dies();
    this.#refuse(request);
    if (world.chance(faults.unheard)) return this.#givesUp();
    if (world.chance(faults.overdue)) {
      world.schedule(world.between(1, 4 * GIVES_UP_AFTER), () => this.#afterwards(request, act));
      return this.#givesUp();
    }
    if (world.chance(faults.twice))
      world.schedule(this.#latency() * 20, () => this.#afterwards(request, act));
    const parts = world.chance(faults.partial) ? half(request, world) : undefined;
    world.note(`${this.name} ${request.operation}${parts ? ' in part' : ''}`);
    const output = { ...act(parts?.done), ...parts?.left };
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

  #refuse({ operation }: MemoryRequest): void {
    const { world, faults } = this.surroundings;
    if (world.chance(faults.refused))
      throw world.pick([
        failure('ProvisionedThroughputExceededException', 400),
        failure('ThrottlingException', 400),
        failure('InternalServerError', 500),
      ]);
    if (operation !== 'TransactWriteItems' || !world.chance(faults.conflict)) return;
    throw world.pick([
      conflicted('TransactionConflict'),
      conflicted('ThrottlingError'),
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

  /** Nobody is there any more to hear how it ends. */
  #afterwards({ operation }: MemoryRequest, act: () => object): void {
    this.surroundings.world.note(`${this.name} ${operation} afterwards`);
    try {
      act();
    } catch {
      // A condition that fails by now, for one.
    }
  }
}
