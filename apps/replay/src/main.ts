import { run } from './run';

/** npm and the terminal each pass on one Ctrl-C, so a second signal this close to the first says nothing new. */
const SAME_KEYSTROKE_MS = 1_000;

const stop = new AbortController();
let stoppedAt = 0;

function onSignal(): void {
  if (!stop.signal.aborted) {
    stoppedAt = performance.now();
    process.stderr.write('\nStopping after the requests under way; once more to stop at once.\n');
    stop.abort();
  } else if (performance.now() - stoppedAt > SAME_KEYSTROKE_MS) {
    process.exit(130);
  }
}

process.on('SIGINT', onSignal);
process.on('SIGTERM', onSignal);

const print = (stream: NodeJS.WriteStream) => (text: string) => void stream.write(`${text}\n`);

void run(process.argv.slice(2), {
  signal: stop.signal,
  say: print(process.stdout),
  complain: print(process.stderr),
}).then((code) => {
  process.exitCode = code;
});
