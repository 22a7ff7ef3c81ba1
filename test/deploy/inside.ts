import { setTimeout as pause } from 'node:timers/promises';
import type { Account, Json } from './account';
import type { Deployed } from './stacks';

const WITHIN_MS = 60_000;

/** Looks until there is something to see. */
export async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + WITHIN_MS;
  while (performance.now() < deadline) {
    const found = await look();
    if (found !== undefined) return found;
    await pause(50);
  }
  throw new Error('it did not come to it within a minute');
}

/** A deployed stack, past the API: its machines, its bus and its table. */
export class Inside {
  constructor(
    readonly account: Account,
    readonly outputs: Deployed['outputs'],
  ) {}

  /** Starts the STANDARD machine. */
  async start(input: object): Promise<string> {
    const { asyncStateMachineArn: stateMachineArn } = this.outputs;
    const request = { stateMachineArn, input: JSON.stringify(input) };
    return String((await this.#states('StartExecution', request))['executionArn']);
  }

  /** An execution of the STANDARD machine, once it has ended. */
  end(executionArn: string): Promise<Json> {
    return until(async () => {
      const execution = await this.#states('DescribeExecution', { executionArn });
      return execution['status'] === 'RUNNING' ? undefined : execution;
    });
  }

  /** The states that an execution went through. */
  async path(executionArn: string): Promise<string[]> {
    const { events } = (await this.#states('GetExecutionHistory', { executionArn })) as {
      events: { stateEnteredEventDetails?: { name: string } }[];
    };
    return events.flatMap(({ stateEnteredEventDetails: entered }) => (entered ? [entered.name] : []));
  }

  /** What a state of an execution was given. */
  async inputOf({ executionArn }: Json, state: string): Promise<Json> {
    const { events } = (await this.#states('GetExecutionHistory', { executionArn })) as {
      events: { stateEnteredEventDetails?: { name: string; input: string } }[];
    };
    const entered = events.find(({ stateEnteredEventDetails: details }) => details?.name === state);
    return JSON.parse(entered?.stateEnteredEventDetails?.input ?? '{}') as Json;
  }

  /** The ARN of an execution of the STANDARD machine. */
  executionArn(name: string): string {
    const { asyncStateMachineArn: machine = '' } = this.outputs;
    return `${machine.replace(':stateMachine:', ':execution:')}:${name}`;
  }

  /** All executions of the STANDARD machine, the latest ones. */
  async executions(): Promise<Json[]> {
    const { asyncStateMachineArn: stateMachineArn } = this.outputs;
    return (await this.#states('ListExecutions', { stateMachineArn, maxResults: 1000 }))[
      'executions'
    ] as Json[];
  }

  /** Those whose input is about a product. */
  async executionsOf(productId: string): Promise<Json[]> {
    const all = await this.executions();
    const described = await Promise.all(
      all.map(({ executionArn }) =>
        this.#states('DescribeExecution', { executionArn: executionArn as string }),
      ),
    );
    return described.filter(
      ({ input }) =>
        String(input).includes(`"productId": "${productId}"`) ||
        String(input).includes(`"productId":"${productId}"`),
    );
  }

  /** Puts a product event on the bus, as often as given. */
  async publish(event: object, times: number): Promise<void> {
    for (let time = 0; time < times; time += 1) await this.put({ ProductEvent: event });
  }

  /** Puts anything on the bus. */
  async put(detail: object): Promise<void> {
    const entry = {
      EventBusName: this.outputs['eventBusName'],
      Source: 'warehouse',
      DetailType: 'product event',
      Detail: JSON.stringify(detail),
    };
    await this.account.call('events', 'AWSEvents.PutEvents', { Entries: [entry] });
  }

  /** The sort keys of a product's items. */
  async keys(productId: string): Promise<string[]> {
    return (await this.items(productId)).map(({ sk }) => sk);
  }

  /** A product's items, in the order of their sort keys. */
  async items(productId: string): Promise<{ readonly sk: string; readonly eventId?: string }[]> {
    const { Items } = (await dynamodb(this.account, 'Query', {
      TableName: this.outputs['tableName'],
      KeyConditionExpression: 'productId = :p',
      ExpressionAttributeValues: { ':p': { S: productId } },
    })) as { Items: { sk: { S: string }; idKey?: { S: string } }[] };
    return Items.map(({ sk, idKey }) => ({ sk: sk.S, ...(idKey && { eventId: idKey.S }) }));
  }

  #states(operation: string, body: object): Promise<Json> {
    return this.account.call('states', `AWSStepFunctions.${operation}`, body);
  }
}

/** Calls DynamoDB past all functions. */
export const dynamodb = (account: Account, operation: string, body: object): Promise<Json> =>
  account.call('dynamodb', `DynamoDB_20120810.${operation}`, body);

/** What tells a table from another one made later under its name. */
export async function identity(account: Account, TableName: string): Promise<unknown> {
  const { Table } = (await dynamodb(account, 'DescribeTable', { TableName })) as { Table: Json };
  return [Table['TableId'], Table['CreationDateTime']];
}
