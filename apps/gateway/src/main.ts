import { authenticatorOf } from './auth/settings';
import { gatewayFrom } from './gateway';
import { limitsOf } from './server/limits';
import { serve, type RunningServer } from './server/server';
import { numberIn, valueOf } from './variables';

/** Ends the process with one line about why. */
function fail(message: string): never {
  process.stderr.write(`gateway: ${message}\n`);
  process.exit(1);
}

/** Stops on a signal, and when the parent that started this process over a channel is gone. */
function stopOnRequest(
  server: RunningServer,
  closing: AbortController,
  log: (message: string) => void,
): void {
  const stop = (reason: string) => {
    log(`stopping: ${reason}`);
    closing.abort();
    void server.close().then((orderly) => process.exit(orderly ? 0 : 1));
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop(signal));
  process.once('disconnect', () => stop('the parent is gone'));
}

async function main(): Promise<void> {
  const { env } = process;
  // Node 20 is still good here, and the lockfile says which SDK runs: no prose about it among the log lines.
  env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const host = valueOf(env, 'HOST') ?? '';
  const port = numberIn(env, 'PORT', { least: 0, most: 65_535 });
  const limits = limitsOf(env);
  const closing = new AbortController();
  const authenticate = authenticatorOf(env, host);
  const { app, logger } = gatewayFrom(env, { authenticate, closing: closing.signal });
  const server = await serve(app, { host, port, limits }).catch((error: unknown) => {
    const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    throw taken ? new Error(`port ${port} of ${host} is taken; set PORT to another`) : error;
  });
  stopOnRequest(server, closing, (message) => logger.info(message));
  logger.info({ host, port: server.port }, 'listening');
  process.send?.({ ready: true, port: server.port });
}

main().catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)));
