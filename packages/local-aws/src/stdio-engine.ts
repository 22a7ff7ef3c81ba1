import { setTimeout as delay } from 'node:timers/promises';
import type { Readable, Writable } from 'node:stream';
import type { ToolCall } from './dynamodb-operations';
import { INTERNAL, type ToolResult } from './dynamodb-answers';
import { startGuarded, type GuardedProcess } from './guarded-process';
import { DynamoDbEngineFailed } from './engine';

/** The engine gave no answer: it has ended, does not answer in time, or has too much to do. */
export class EngineUnavailable extends Error {
  override readonly name = INTERNAL;
}

/** An engine that listens on no port: its only interface is a pipe to this process. */
export interface StdioEngine extends GuardedProcess {
  /** @throws EngineUnavailable; the operation may have been executed nevertheless */
  call(tool: ToolCall): Promise<ToolResult>;
  /** How long the engine has been silent while calls are pending, in milliseconds; 0 if none is pending. */
  silentMs(): number;
  /** Sends a ping, which updates `silentMs`. */
  ping(): void;
}

export interface StdioOptions {
  /** Timeout of the start. */
  readonly patienceMs: number;
  /** Timeout of a call. */
  readonly callTimeoutMs: number;
}

/** Far more than the gateway and the functions ask at once. */
const MOST_PENDING = 4_096;

/** How long the engine may take to close its file before it is killed. */
const CLOSING_MS = 2_000;

/** Calls the listener with every line. */
function onLines(stream: Readable, listener: (line: string) => void): void {
  let parts: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      parts.push(chunk.subarray(from, end));
      listener(Buffer.concat(parts).toString());
      parts = [];
      from = end + 1;
    }
    if (from < chunk.length) parts.push(chunk.subarray(from));
  });
}

interface Response {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** JSON-RPC over a pair of pipes, one message per line. Responses may arrive in any order. */
class Pipe {
  readonly #pending = new Map<number, Pending>();
  #last = 0;
  #ended: string | undefined;
  /** The time of the first call sent after the last response. */
  #silentSince: number | undefined;

  constructor(
    private readonly input: Writable,
    output: Readable,
  ) {
    // The exit reason of the process is more informative than a broken pipe.
    input.on('error', () => undefined);
    onLines(output, (line) => this.#take(line));
  }

  request(method: string, params: object, timeoutMs: number): Promise<unknown> {
    if (this.#ended !== undefined) return Promise.reject(new EngineUnavailable(this.#ended));
    if (this.#pending.size >= MOST_PENDING)
      return Promise.reject(new EngineUnavailable(`the engine has ${MOST_PENDING} requests to answer`));
    const id = (this.#last += 1);
    return new Promise((resolve, reject) => {
      const late = setTimeout(
        () =>
          this.#settle(id)?.reject(new EngineUnavailable(`the engine did not answer within ${timeoutMs} ms`)),
        timeoutMs,
      );
      const clear = () => clearTimeout(late);
      this.#pending.set(id, {
        resolve: (result) => (clear(), resolve(result)),
        reject: (error) => (clear(), reject(error)),
      });
      this.#silentSince ??= performance.now();
      this.#write({ id, method, params });
    });
  }

  notify(method: string): void {
    this.#write({ method });
  }

  /** Fails all pending and all later calls. */
  end(reason: string): void {
    this.#ended = reason;
    for (const id of [...this.#pending.keys()]) this.#settle(id)?.reject(new EngineUnavailable(reason));
  }

  silentMs(): number {
    return this.#silentSince === undefined ? 0 : performance.now() - this.#silentSince;
  }

  #write(message: object): void {
    this.input.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }

  #settle(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  #take(line: string): void {
    const { id = 0, result, error } = JSON.parse(line) as Response;
    const pending = this.#settle(id);
    this.#silentSince = this.#pending.size > 0 ? performance.now() : undefined;
    if (error === undefined) pending?.resolve(result);
    else pending?.reject(new EngineUnavailable(error.message));
  }
}

const HELLO = {
  protocolVersion: '2025-06-18',
  capabilities: {},
  clientInfo: { name: 'hindsight', version: '1' },
};

async function greet(pipe: Pipe, exited: Promise<string>, patienceMs: number): Promise<void> {
  const ended = exited.then((how) => {
    throw new DynamoDbEngineFailed(`the DynamoDB engine did not start: it ${how}`);
  });
  const hello = pipe.request('initialize', HELLO, patienceMs).catch(async () => {
    // `ended` reports the end of the process, slightly later.
    await Promise.race([ended, delay(1_000)]);
    throw new DynamoDbEngineFailed(`the DynamoDB engine did not answer within ${patienceMs} ms`);
  });
  await Promise.race([hello, ended]);
  pipe.notify('notifications/initialized');
}

/**
 * Starts an engine that communicates over its standard input and output, and waits until it answers.
 * @throws DynamoDbEngineFailed
 */
export async function startStdioEngine(
  command: string,
  args: readonly string[],
  { patienceMs, callTimeoutMs }: StdioOptions,
): Promise<StdioEngine> {
  const child = startGuarded(command, args, { stdin: 'pipe', stdout: 'pipe' });
  const pipe = new Pipe(child.stdin as Writable, child.stdout as Readable);
  void child.exited.then((how) => pipe.end(`the engine ${how}`));
  try {
    await greet(pipe, child.exited, patienceMs);
  } catch (error) {
    await child.stop();
    throw error;
  }
  return {
    ...child,
    call: (tool) => pipe.request('tools/call', tool, callTimeoutMs) as Promise<ToolResult>,
    silentMs: () => pipe.silentMs(),
    ping: () => void pipe.request('ping', {}, callTimeoutMs).catch(() => undefined),
    async stop() {
      // At the end of its input it closes its file in order.
      child.stdin?.end();
      await Promise.race([child.exited, delay(CLOSING_MS, undefined, { ref: false })]);
      await child.stop();
    },
  };
}
