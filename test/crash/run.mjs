// npm run test:crash [-- --cycles 25 --seed 1]: kill -9 of any process of the built tree under load, and what is left.
import { runProgram } from '../tooling/run-program.mjs';

process.exitCode = await runProgram('test/crash/main.ts', process.argv.slice(2));
