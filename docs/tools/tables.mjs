// npm run costs, npm run capacity: makes the tables of docs/reference/costs.md and docs/reference/capacity.md.
import { runProgram } from '../../test/tooling/processes.mjs';

process.exitCode = await runProgram('docs/tools/main.ts', process.argv.slice(2));
