import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { Mortality } from './mortal';
import { Play } from './play';
import { spread, steps } from './steps';

export interface Campaign {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly runs: number;
  readonly seed: number;
  /** Look for the smallest history that fails. */
  readonly shrink?: boolean;
  /** No crowded histories: what needs gaps in time is rarer among them. */
  readonly spreadOnly?: boolean;
}

/** Random histories; every answer of the log is compared with the definition. Throws with the shrunk history. */
export async function runCampaign(campaign: Campaign): Promise<void> {
  const { client, tableName, runs, seed, shrink = true, spreadOnly = false } = campaign;
  const mortality = new Mortality(client);
  let played = 0;
  const property = fc.asyncProperty(spreadOnly ? spread : steps, async (history) => {
    played += 1;
    await new Play(client, tableName, `history-${seed}-${played}`, mortality).run(history);
  });
  await fc.assert(property, { numRuns: runs, seed, endOnFailure: !shrink });
}
