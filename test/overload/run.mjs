// npm run test:overload [-- --minutes 10 --seed 1]: twice what this machine can take, against the built server.
import { runProgram } from '../tooling/run-program.mjs';

process.exitCode = await runProgram('test/overload/main.ts', process.argv.slice(2));
