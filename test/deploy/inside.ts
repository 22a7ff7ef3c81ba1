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

  /** Puts a product event on the bus, as often as given. */
  async publish(event: object, times: number): Promise<void> {
    const entry = {
      EventBusName: this.outputs['eventBusName'],
      Source: 'warehouse',
      DetailType: 'product event',
      Detail: JSON.stringify({ ProductEvent: event }),
    };
    const Entries = Array.from({ length: times }, () => entry);
    await this.account.call('events', 'AWSEvents.PutEvents', { Entries });
  }

  /** The sort keys of a product's items. */
  async keys(productId: string): Promise<string[]> {
    const { Items } = (await dynamodb(this.account, 'Query', {
      TableName: this.outputs['tableName'],
      KeyConditionExpression: 'productId = :p',
      ExpressionAttributeValues: { ':p': { S: productId } },
    })) as { Items: { sk: { S: string } }[] };
    return Items.map(({ sk }) => sk.S);
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
