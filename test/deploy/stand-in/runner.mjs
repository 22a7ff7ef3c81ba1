// A Lambda runtime of a few lines: `node runner.mjs CODE.js FD`. An invocation is a line on standard input, its
// answer a line on the file descriptor. Standard output stays the function's own.
import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const [, , code, descriptor] = process.argv;
const answer = (value) => {
  const bytes = Buffer.from(`${JSON.stringify(value)}\n`);
  for (let sent = 0; sent < bytes.length;) sent += writeSync(Number(descriptor), bytes, sent);
};
const failure = (error) => ({
  error: {
    errorType: error?.name ?? 'Error',
    errorMessage: error?.message ?? String(error),
    trace: String(error?.stack ?? '').split('\n'),
  },
});

let load = () => {
  const { handler } = createRequire(import.meta.url)(code);
  load = () => handler;
  return handler;
};

let requests = 0;
for await (const line of createInterface({ input: process.stdin })) {
  const { event, timeout } = JSON.parse(line);
  const end = Date.now() + timeout * 1000;
  const context = {
    awsRequestId: `${process.pid}-${++requests}`,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => end - Date.now(),
  };
  try {
    answer({ result: (await load()(event, context)) ?? null });
  } catch (error) {
    // As Lambda's own runtime does.
    console.error(JSON.stringify({ 'Invoke Error': failure(error).error }));
    answer(failure(error));
  }
}
