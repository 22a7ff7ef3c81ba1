// npm run test:differential [-- --operations 1000 --seed 1]: the same operations on every engine, equal answers.
import { runProgram } from '../tooling/run-program.mjs';
import { fetchDynamoDbLocal } from '../tooling/on-demand.mjs';

const modules = fetchDynamoDbLocal();
if (modules !== undefined) {
  process.exitCode = await runProgram('test/differential/main.ts', process.argv.slice(2), {
    NODE_PATH: modules,
  });
}
