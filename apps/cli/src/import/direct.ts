import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { registry } from '@hindsight/domain';
import { AppendRefusedError, ContentionError, createDynamoDbStore } from '@hindsight/event-log';
import { validate, createProductLog, verifyProduct } from '@hindsight/workflow';
import { ServerUnavailable, type Answer, type Client } from './client';
import type { ImportEvent } from './events';

/** The table of a log. */
interface LogTable {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

/** How often to retry the append of one batch after losing a race against other writers. */
const TRIES = 8;

const unavailable = (what: string, error: unknown): ServerUnavailable =>
  new ServerUnavailable(`${what}: ${(error as Error).message || (error as Error).name}`, { cause: error });

/**
 * Builds the command that the workflow's first step would build from a request: same validation, same
 * defaults.
 */
function commandOf(productId: string, events: readonly ImportEvent[]) {
  // Every event of a file has an id of its own.
  const newId = () => '';
  const validated = validate(
    registry,
    { productId, body: events, recordedBy: 'import' },
    { newId, onConflict: 'reject' },
  );
  if ('failure' in validated) {
    const { detail } = JSON.parse(validated.failure.cause) as { detail: string };
    return { problem: 'invalid-event', why: detail };
  }
  const { command } = validated;
  if ('parts' in command) throw new Error('only a request for an act becomes one');
  return command;
}

/**
 * Appends to the log directly, without the gateway and the workflow: same validation, decisions and writes.
 * Methods throw ServerUnavailable if the table can't be reached or stays throttled.
 */
export function createDirectClient({ client, tableName }: LogTable): Client {
  const store = createDynamoDbStore(client, tableName);
  const log = createProductLog({ store });
  const reaching = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof AppendRefusedError) throw error;
      throw unavailable(what, error);
    }
  };

  async function append(productId: string, events: readonly ImportEvent[]): Promise<Answer> {
    const command = commandOf(productId, events);
    if ('why' in command) return { stored: false, ...command };
    for (let attempt = 1; ; attempt += 1) {
      try {
        const { events: stored, deduplicated: known } = await log.append(command);
        return { stored: true, versions: stored.map(({ version }) => version), known };
      } catch (error) {
        if (!(error instanceof ContentionError) || attempt >= TRIES) throw error;
      }
    }
  }

  return {
    greet: () => reaching(`the table ${tableName}`, () => log.ping()),
    async head(productId, version) {
      const moment = version === undefined ? {} : { version };
      const answer = await reaching(`the state of ${productId}`, () => log.stateAt(productId, moment));
      if (!answer.found) return undefined;
      const { eventId, version: lastEventVersion } = answer.lastEvent;
      const { quantity } = answer.state;
      return { version: answer.version, quantity, lastEventId: eventId, lastEventVersion };
    },
    async append(productId, events) {
      try {
        return await reaching(`an append to ${productId}`, () => append(productId, events));
      } catch (error) {
        if (!(error instanceof AppendRefusedError)) throw error;
        const { refusal } = error;
        const problem = refusal.error === 'EventIdReused' ? 'event-id-reused' : refusal.error;
        return { stored: false, problem, why: refusal.detail };
      }
    },
    verify: (productId) => reaching(`the log of ${productId}`, () => verifyProduct({ store }, productId)),
  };
}
