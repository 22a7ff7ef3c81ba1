import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from './asl';
import type { Address } from './engine';
import type { Execution } from './executions';
import { ServiceError } from './service-error';
import type { StepFunctions, StartExecutionInput } from './step-functions';

/** A Step Functions endpoint for the SDK. */
export interface StepFunctionsEndpoint {
  readonly endpoint: string;
  /** Takes no more calls, answers those under way, and closes. */
  close(): Promise<void>;
}

/** An execution's input of 256 KiB, escaped in another JSON text, and some more. */
const LARGEST_BODY = 2 * 1024 * 1024;
/** Longer than any client keeps an idle connection: the server must never close one under a call. */
const KEEP_ALIVE = 24 * 60 * 60 * 1_000;

type Operation = (stepFunctions: StepFunctions, request: JsonObject) => JsonObject | Promise<JsonObject>;

const seconds = (date: Date): number => date.getTime() / 1_000;

const dates = ({ startDate, stopDate }: Pick<Execution, 'startDate' | 'stopDate'>): JsonObject => ({
  startDate: seconds(startDate),
  ...(stopDate && { stopDate: seconds(stopDate) }),
});

function startOf({ name, input }: JsonObject): StartExecutionInput {
  return { ...(typeof name === 'string' && { name }), ...(typeof input === 'string' && { input }) };
}

const operations: Readonly<Record<string, Operation>> = {
  async StartSyncExecution(stepFunctions, request) {
    const execution = await stepFunctions.startSyncExecution(startOf(request));
    const { stateMachineArn } = stepFunctions;
    return {
      stateMachineArn,
      ...execution,
      ...dates(execution),
      inputDetails: { included: true },
      outputDetails: { included: true },
    };
  },
  StartExecution(stepFunctions, request) {
    const { executionArn, startDate } = stepFunctions.startExecution(startOf(request));
    return { executionArn, startDate: seconds(startDate) };
  },
  DescribeExecution({ stateMachineArn, describeExecution }, { executionArn }) {
    const execution = describeExecution(String(executionArn));
    return { stateMachineArn, ...execution, ...dates(execution) };
  },
  DescribeStateMachine({ stateMachineArn, definition }) {
    const name = stateMachineArn.slice(stateMachineArn.lastIndexOf(':') + 1);
    return {
      stateMachineArn,
      name,
      status: 'ACTIVE',
      type: 'EXPRESS',
      definition: JSON.stringify(definition),
      creationDate: 0,
    };
  },
};

async function bodyOf(request: IncomingMessage): Promise<JsonObject> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= LARGEST_BODY) chunks.push(chunk);
  }
  if (size > LARGEST_BODY)
    throw new ServiceError('ValidationException', `the request is longer than ${LARGEST_BODY} bytes`);
  try {
    return JSON.parse(Buffer.concat(chunks).toString()) as JsonObject;
  } catch {
    throw new ServiceError('SerializationException', 'the request is no JSON');
  }
}

async function answer(stepFunctions: StepFunctions, request: IncomingMessage): Promise<JsonObject> {
  const body = await bodyOf(request);
  const [service, name = ''] = String(request.headers['x-amz-target']).split('.');
  const operation =
    service === 'AWSStepFunctions' && Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (!operation) throw new ServiceError('UnknownOperationException', `there is no operation ${name} here`);
  const { stateMachineArn: arn } = body;
  if (typeof arn === 'string' && arn !== stepFunctions.stateMachineArn) {
    throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  }
  return operation(stepFunctions, body);
}

function send(response: ServerResponse, status: number, body: JsonObject, last: boolean): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': Buffer.byteLength(text),
    ...(last && { connection: 'close' }),
  });
  response.end(text);
}

/**
 * Serves a state machine over AWS JSON 1.0, for `@aws-sdk/client-sfn` with `disableHostPrefix: true`:
 * StartSyncExecution, StartExecution, DescribeExecution and DescribeStateMachine. Whoever reaches the port may
 * call it: signatures are not checked.
 * @throws the system's error where it can't listen
 */
export async function serveStepFunctions(
  stepFunctions: StepFunctions,
  { host = '127.0.0.1', port = 0 }: Address = {},
): Promise<StepFunctionsEndpoint> {
  let closing = false;
  const server = createServer((request, response) => {
    answer(stepFunctions, request).then(
      (body) => send(response, 200, body, closing),
      (error: unknown) => {
        const { name, message } = error as Error;
        if (error instanceof ServiceError) return send(response, 400, { __type: name, message }, closing);
        return send(response, 500, { __type: 'InternalServerError', message }, closing);
      },
    );
  });
  server.keepAliveTimeout = KEEP_ALIVE;
  server.listen(port, host);
  await once(server, 'listening');
  const bound = (server.address() as AddressInfo).port;
  return {
    endpoint: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    async close() {
      closing = true;
      server.close();
      server.closeIdleConnections();
      await once(server, 'close');
    },
  };
}
