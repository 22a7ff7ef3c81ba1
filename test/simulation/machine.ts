import {
  DescribeExecutionCommand,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import { registry } from '@hindsight/domain';
import { createStepFunctions, type StepFunctions } from '@hindsight/local-aws';
import { stateMachineDefinition } from '@hindsight/workflow';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Host, Surroundings } from './host';
import { arnOf, type Lambdas } from './lambdas';

export const STATE_MACHINE = 'arn:aws:states:eu-central-1:000000000000:stateMachine:hindsight';

const definition = stateMachineDefinition(registry, arnOf);

export function startMachine(
  { world }: Surroundings,
  lambdas: Lambdas,
  dynamodb: DynamoDBClient,
): StepFunctions {
  return createStepFunctions({
    definition,
    dynamodb,
    invoke: lambdas.invoke,
    stateMachineArn: STATE_MACHINE,
    newName: () => world.newName('execution'),
  });
}

const failed = (name: string): Error => Object.assign(new Error('injected'), { name });

/**
 * Step Functions as a gateway calls it, over a network that may refuse, lose or delay requests.
 * @param timeout how long a request may take, in simulated milliseconds
 */
export function machineClient(host: Host, machine: StepFunctions, timeout: number): SFNClient {
  const { surroundings } = host;
  const { world } = surroundings;

  async function onTheWay(): Promise<void> {
    await host.delay(world.between(0, surroundings.faults.slowness));
  }

  async function carryOut(command: unknown): Promise<unknown> {
    if (command instanceof StartSyncExecutionCommand)
      return machine.startSyncExecution(command.input as object);
    if (command instanceof StartExecutionCommand) return machine.startExecution(command.input as object);
    if (command instanceof DescribeExecutionCommand)
      return machine.describeExecution(command.input.executionArn ?? '');
    throw new Error('the gateway sent what this does not know');
  }

  const send = async (command: unknown): Promise<unknown> => {
    const { faults } = surroundings;
    const late = new Promise<never>((_, reject) => {
      world.schedule(timeout, () => reject(failed('TimeoutError')));
    });
    late.catch(() => undefined);
    const answered = (async () => {
      await onTheWay();
      if (world.chance(faults.death)) host.die();
      if (world.chance(faults.service / 2)) throw failed(world.pick(['ThrottlingException', 'ECONNRESET']));
      const output = await carryOut(command);
      if (world.chance(faults.death)) host.die();
      await onTheWay();
      if (world.chance(faults.service / 4)) throw failed('ECONNRESET');
      return output;
    })();
    answered.catch(() => undefined);
    return Promise.race([answered, late]);
  };
  return { send } as unknown as SFNClient;
}
