import { fetchDynamoDbLocal } from '../tooling/on-demand.mjs';
import { countedProgram } from '../tooling/processes.mjs';

/** The same operations on every engine. */
export async function campaign({ runs, seed }) {
  const modules = fetchDynamoDbLocal();
  if (modules === undefined) return undefined;
  const args = ['--operations', runs, '--seed', seed];
  return countedProgram('test/differential/main.ts', args, { env: { NODE_PATH: modules } });
}
