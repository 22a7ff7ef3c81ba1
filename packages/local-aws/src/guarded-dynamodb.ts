import { engineProgram } from './dynamodb';
import { answerTo, errorIn, isDiskFull, type ToolResult } from './dynamodb-answers';
import { isWrite, toolCall, UnsupportedRequest, type ToolCall } from './dynamodb-operations';
import type { Address } from './engine';
import { protocolError, serveProtocol, type ProtocolAnswer, type ProtocolServer } from './protocol-server';
import type { Credentials } from './credentials';
import { EngineHealth, type EngineFault } from './engine-health';
import { keepRunning, type RestartLimits } from './restarts';
import { startRenewedEngine } from './renewed-engine';
import { handlerInProcess, type InProcessHandler } from './in-process-handler';
import { EngineUnavailable, startStdioEngine, type StdioEngine } from './stdio-engine';

export interface GuardedDynamoDbOptions extends Address {
  /** Requests must be signed with them. */
  readonly credentials: Credentials;
  /**
   * The database's file, created if it is missing. Absent: the data is in memory and lost when the process
   * ends.
   */
  readonly file?: string;
  /**
   * Called when the engine ends, when it restarts, when a fault appears, and when all faults are resolved.
   */
  readonly onNews?: (news: EngineNews) => void;
  /**
   * Called with each request that may change data, before the engine gets it. What it returns is called when the request
   * has ended, in whatever way: it may have been carried out even if it failed.
   */
  readonly onWrite?: (request: unknown) => () => void;
  /** Called when the engine ends too often. */
  readonly onGivenUp?: (line: string) => void;
  readonly restarts?: RestartLimits;
  /** How many requests one process of the engine takes; see renewed-engine.ts. */
  readonly callsPerProcess?: number;
}

export type EngineNews =
  | { readonly kind: 'ended'; readonly how: string }
  | { readonly kind: EngineFault }
  | { readonly kind: 'well' };

/** The embedded engine. Other processes reach it only through an endpoint that verifies signatures. */
export interface GuardedDynamoDb {
  readonly endpoint: string;
  /** For DynamoDB clients in this process, which need no connection. */
  readonly requestHandler: InProcessHandler;
  /** Of the engine's process that runs now. */
  readonly pid: number;
  stop(): Promise<void>;
}

const PATIENCE_MS = 10_000;
/** Longer than the clients' timeout, so that the client's timeout fires first. */
const CALL_TIMEOUT_MS = 10_000;
/** DynamoDB's own limit. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

const unavailable = (message: string): ProtocolAnswer => protocolError(500, 'InternalServerError', message);

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString()) as unknown;
  } catch {
    throw new UnsupportedRequest('the request is no JSON');
  }
}

/** The engine and its health, behind the endpoint. */
class Behind {
  readonly health: EngineHealth;

  constructor(
    public engine: StdioEngine,
    readonly options: GuardedDynamoDbOptions,
  ) {
    const { onNews, file } = options;
    this.health = new EngineHealth(() => this.engine, { onChange: (kind) => onNews?.({ kind }), file });
  }

  async answer(target: string, body: Buffer): Promise<ProtocolAnswer> {
    let ended: (() => void) | undefined;
    try {
      const request = parse(body);
      const tool = toolCall(target, request);
      if (isWrite(tool)) ended = this.options.onWrite?.(request);
      // DescribeTable is what clients use to check readiness, so it reports the engine's health.
      const fault = tool.name === 'describe_table' ? await this.health.fault() : undefined;
      return fault === undefined ? this.#result(tool, await this.engine.call(tool)) : unavailable(fault);
    } catch (error) {
      if (error instanceof UnsupportedRequest) return protocolError(400, error.name, error.message);
      if (error instanceof EngineUnavailable) return unavailable(error.message);
      throw error;
    } finally {
      ended?.();
    }
  }

  #result(tool: ToolCall, result: ToolResult): ProtocolAnswer {
    const error = errorIn(result);
    if (isWrite(tool)) this.health.wrote(error === undefined || !isDiskFull(error));
    return error === undefined ? { status: 200, text: result.content?.[0]?.text ?? '{}' } : answerTo(error);
  }
}

/**
 * Runs dynoxide, a DynamoDB over SQLite in one static binary. The engine does not listen on a port: it takes
 * requests from a pipe that only this process can write to. An endpoint in front of it serves the processes
 * that know the secret. If the engine crashes, it restarts on its file. Everything ends with this process, in
 * whatever way this process ends.
 * @throws DynamoDbEngineMissing, DynamoDbEngineFailed
 */
export async function startGuardedDynamoDb(options: GuardedDynamoDbOptions): Promise<GuardedDynamoDb> {
  const { file, onNews, onGivenUp, restarts } = options;
  const args = ['mcp', ...(file === undefined ? [] : ['--db-path', file])];
  const startProcess = () =>
    startStdioEngine(engineProgram(), args, { patienceMs: PATIENCE_MS, callTimeoutMs: CALL_TIMEOUT_MS });
  // Data in memory ends with its process.
  const start = () =>
    file === undefined ? startProcess() : startRenewedEngine(startProcess, options.callsPerProcess);
  const behind = new Behind(await start(), options);
  let server: ProtocolServer;
  try {
    server = await serveProtocol((target, body) => behind.answer(target, body), {
      ...options,
      maxBodyBytes: MAX_BODY_BYTES,
    });
  } catch (error) {
    await behind.engine.stop();
    throw error;
  }
  const kept = keepRunning(behind.engine, {
    start,
    onEnd: (how) => onNews?.({ kind: 'ended', how }),
    onStarted: (engine) => (behind.engine = engine),
    onGivenUp: (line) => onGivenUp?.(line),
    ...(restarts && { limits: restarts }),
  });
  const stopWatching = behind.health.watch();
  return {
    endpoint: server.endpoint,
    requestHandler: handlerInProcess((target, body) => behind.answer(target, body)),
    get pid() {
      return behind.engine.pid;
    },
    async stop() {
      stopWatching();
      await server.close();
      await kept.stop();
    },
  };
}
