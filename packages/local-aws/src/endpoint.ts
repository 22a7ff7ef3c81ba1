import type { JsonObject } from './asl';
import type { Execution } from './execution';
import {
  protocolError,
  serveProtocol,
  type ProtocolAnswer,
  type ProtocolOptions,
  type ProtocolServer,
} from './protocol-server';
import { ServiceError } from './service-error';
import type { StepFunctions, StartExecutionInput } from './step-functions';

/** An execution's input of 256 KiB, escaped in another JSON text, and some more. */
const MAX_BODY_BYTES = 2 * 1024 * 1024;

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

function parse(body: Buffer): JsonObject {
  try {
    return JSON.parse(body.toString()) as JsonObject;
  } catch {
    throw new ServiceError('SerializationException', 'the request is no JSON');
  }
}

async function outputOf(stepFunctions: StepFunctions, target: string, body: Buffer): Promise<JsonObject> {
  const request = parse(body);
  const [service, name = ''] = target.split('.');
  const operation =
    service === 'AWSStepFunctions' && Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (!operation) throw new ServiceError('UnknownOperationException', `there is no operation ${name} here`);
  const { stateMachineArn: arn } = request;
  if (typeof arn === 'string' && arn !== stepFunctions.stateMachineArn) {
    throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  }
  return operation(stepFunctions, request);
}

async function answer(stepFunctions: StepFunctions, target: string, body: Buffer): Promise<ProtocolAnswer> {
  try {
    return { status: 200, text: JSON.stringify(await outputOf(stepFunctions, target, body)) };
  } catch (error) {
    const { name, message } = error as Error;
    if (error instanceof ServiceError) return protocolError(400, name, message);
    return protocolError(500, 'InternalServerError', message);
  }
}

/**
 * Serves a state machine over AWS JSON 1.0, for `@aws-sdk/client-sfn` with `disableHostPrefix: true`:
 * StartSyncExecution, StartExecution, DescribeExecution and DescribeStateMachine. Requests must be signed.
 * @throws the system's error if it can't listen
 */
export const serveStepFunctions = (
  stepFunctions: StepFunctions,
  options: Omit<ProtocolOptions, 'maxBodyBytes'>,
): Promise<ProtocolServer> =>
  serveProtocol((target, body) => answer(stepFunctions, target, body), {
    ...options,
    maxBodyBytes: MAX_BODY_BYTES,
  });
