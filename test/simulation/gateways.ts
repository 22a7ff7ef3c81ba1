import type { StepFunctions } from '@hindsight/local-aws';
import { pino } from 'pino';
import serverless from 'serverless-http';
import { ClosingRegister, type Store } from '@hindsight/event-log';
import { createMemoryViewStore, Views } from '@hindsight/views';
import { createProductLog } from '@hindsight/workflow';
import { wiredStore } from '../support/wired-store';
import { createApp, createAppender } from '../../apps/gateway/src';
import type { AppendSeen, RequestSeen } from '../../apps/gateway/src/metrics/metrics';
import { Host, type Surroundings } from './host';
import { machineClient, STATE_MACHINE } from './machine';

/** A request as a client sends it. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  // Answers are checked by the reader.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

/** The metrics of one gateway process, and its answers. */
export interface Books {
  readonly gateway: string;
  /** A process that died may have counted requests that it could no longer answer. */
  readonly isWhole: () => boolean;
  readonly answers: { readonly request: HttpRequest; readonly response: HttpResponse }[];
  readonly appends: AppendSeen[];
  readonly requests: RequestSeen[];
}

interface Gateway {
  readonly host: Host;
  readonly books: Books;
  readonly handle: (event: object, context: object) => Promise<unknown>;
}

const APPEND_TIMEOUT = 25_000;
const logger = pino({ level: 'silent' });

/** The event of API Gateway for a request (payload format 2.0). */
function eventOf({ method, path, query, headers, body }: HttpRequest): object {
  const rawQueryString = new URLSearchParams(query).toString();
  return {
    version: '2.0',
    rawPath: path,
    rawQueryString,
    headers: { ...headers, ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }) },
    requestContext: { http: { method, path, sourceIp: '127.0.0.1' } },
    body,
    isBase64Encoded: false,
  };
}

function responseOf(result: unknown): HttpResponse {
  const { statusCode, headers, body } = result as {
    statusCode: number;
    headers: Record<string, string>;
    body: string;
  };
  return { status: statusCode, headers, body: body === '' ? undefined : (JSON.parse(body) as unknown) };
}

/** The gateway's Lambda, in two containers: the whole Express application behind API Gateway's events. */
export class Gateways {
  readonly #gateways: Gateway[] = [];
  /** Of every process that ever ran. */
  readonly books: Books[] = [];

  constructor(
    readonly surroundings: Surroundings,
    readonly options: { readonly store: Store; readonly machine: StepFunctions },
  ) {}

  /** @returns undefined if no answer arrives */
  async send(request: HttpRequest): Promise<HttpResponse | undefined> {
    const { world } = this.surroundings;
    const gateway = this.#gateway(world.between(0, 1));
    const died = gateway.host.death().then(() => undefined);
    const answered = gateway.handle(eventOf(request), {}).then((result) => {
      const response = responseOf(result);
      gateway.books.answers.push({ request, response });
      return response;
    });
    return Promise.race([answered, died]);
  }

  #gateway(index: number): Gateway {
    const known = this.#gateways[index];
    if (known?.host.alive) return known;
    const host = new Host(this.surroundings, this.surroundings.world.newName('gateway'), 3);
    const { name } = host;
    const books: Books = { gateway: name, isWhole: () => host.alive, answers: [], appends: [], requests: [] };
    this.books.push(books);
    const gateway = { host, books, handle: this.#application(host, books) };
    this.#gateways[index] = gateway;
    return gateway;
  }

  #application(host: Host, { appends, requests }: Books): Gateway['handle'] {
    const { world } = this.surroundings;
    const { store, machine } = this.options;
    const { clock, delay } = host;
    const log = createProductLog({ store: wiredStore(store, host.wire), clock, delay, random: world.random });
    const views = new Views({ store: createMemoryViewStore(), log, clock });
    const closings = new ClosingRegister(wiredStore(store, host.wire), clock);
    const appender = createAppender({
      client: machineClient(host, machine, APPEND_TIMEOUT),
      stateMachineArn: STATE_MACHINE,
      asyncStateMachineArn: STATE_MACHINE,
      newName: () => world.newName('execution'),
    });
    const metrics = {
      append: (seen: AppendSeen) => void appends.push(seen),
      request: (seen: RequestSeen) => void requests.push(seen),
    };
    // Work left after an answer is frozen with the function. No client is answered before its append has
    // ended.
    const settings = { followsExecutions: false, longestAppend: 2 ** 31 - 1 };
    return serverless(createApp({ log, views, closings, appender, logger, clock, metrics, settings }));
  }
}
