import { setFlagsFromString } from 'node:v8';
import { registry } from '@hindsight/domain';
import { Lifecycle } from './lifecycle';
import { settingsOf } from './settings';
import { start } from './supervisor';

// Suppresses the SDK's warning about future Node versions, which every bundled function would print.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

// On a machine with much memory V8 allows garbage to grow to four times the live data or more. This process
// has about 50 MB of live data.
setFlagsFromString('--heap-growing-percent=60');

const lifecycle = new Lifecycle();
let ending = false;

/** Stops everything and ends this process. The watchdogs kill any remaining child processes. */
async function end(code: number): Promise<void> {
  ending = true;
  const stopped = lifecycle.stop().then(
    () => true,
    (error: unknown) => complain(error),
  );
  process.exit((await stopped) ? code : 1);
}

function complain(error: unknown): false {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const detail = ['debug', 'trace'].includes(process.env['LOG_LEVEL'] ?? '') ? stack : undefined;
  process.stderr.write(`hindsight: ${detail ?? message.split('\n')[0]}\n`);
  return false;
}

function fail(error: unknown): void {
  if (ending) return;
  ending = true;
  complain(error);
  void end(1);
}

/** The first signal starts a graceful shutdown; a second one ends the process immediately. */
function onSignal(): void {
  if (ending) process.exit(1);
  void end(0);
}

function hint(url: string): string {
  const event = JSON.stringify(registry.get('productReceived')?.examples[0]?.event);
  return [
    `Hindsight listens on ${url}: open it in a browser (API: ${url}/docs), or try:`,
    `  curl -X POST ${url}/products/widget/events -H 'content-type: application/json' -d '${event}'`,
    `  curl ${url}/products/widget/state`,
    '',
  ].join('\n');
}

async function main(): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  // The reader of the output may close the pipe, as in `npm start | head`.
  process.stdout.on('error', () => undefined);
  const { url } = await start(settingsOf(process.env), lifecycle, (line) => fail(new Error(line)));
  if (!ending) process.stdout.write(hint(url));
}

main().catch(fail);
