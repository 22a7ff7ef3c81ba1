import { gatewayFrom } from './gateway';
import { serve, type RunningServer } from './server';

/** Ends the process with one line about why. */
function fail(message: string): never {
  process.stderr.write(`gateway: ${message}\n`);
  process.exit(1);
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (port <= 65_535) return port;
  throw new Error(`the environment variable PORT is ${text}; it must be a port, 0 for any free one`);
}

/** Stops on a signal, and when the parent that started this process over a channel is gone. */
function stopOnRequest(server: RunningServer, log: (message: string) => void): void {
  const stop = (reason: string) => {
    log(`stopping: ${reason}`);
    void server.close().then((orderly) => process.exit(orderly ? 0 : 1));
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop(signal));
  process.once('disconnect', () => stop('the parent is gone'));
}

async function main(): Promise<void> {
  const { env } = process;
  // Node 20 is still good here, and the lockfile says which SDK runs: no prose about it among the log lines.
  env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const host = env['HOST'] || '127.0.0.1';
  const port = portOf(env['PORT'] || '3000');
  const { app, logger } = gatewayFrom(env);
  const server = await serve(app, { host, port }).catch((error: unknown) => {
    const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    throw taken ? new Error(`port ${port} of ${host} is taken; set PORT to another`) : error;
  });
  stopOnRequest(server, (message) => logger.info(message));
  logger.info({ host, port: server.port }, 'listening');
  process.send?.({ ready: true, port: server.port });
}

main().catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)));
