import type { Logger } from 'pino';
import { authenticatorOf } from './auth/settings';
import { gatewayFrom } from './gateway';
import { metricsListener, metricsPage, metricsPlaceOf } from './metrics/endpoint';
import { prometheusMetrics } from './metrics/prometheus';
import { limiting, proxiesOf, rateOf } from './rate-limit';
import { allowedHostsOf, checkingHost } from './server/host';
import { limitsOf } from './server/limits';
import { serve, type RunningServer } from './server/server';
import { tracingOf } from './tracing/setting';
import type { RunningTracing } from './tracing/start';
import { numberIn, valueOf } from './variables';

/** Exits the process with a one-line reason. */
function fail(message: string): never {
  process.stderr.write(`gateway: ${message}\n`);
  process.exit(1);
}

interface Started {
  readonly servers: readonly RunningServer[];
  /** Ends responses that would never end by themselves, such as live tails. */
  readonly closing: AbortController;
  readonly logger: Logger;
  readonly tracing: RunningTracing | undefined;
}

/** Shuts down on a signal, or when the parent process that opened an IPC channel has ended. */
function stopOnRequest({ servers, closing, logger, tracing }: Started): void {
  const stop = (reason: string) => {
    logger.info(`stopping: ${reason}`);
    closing.abort();
    void Promise.all(servers.map((server) => server.close())).then(async (orderly) => {
      await tracing?.close();
      process.exit(orderly.every(Boolean) ? 0 : 1);
    });
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop(signal));
  process.once('disconnect', () => stop('the parent is gone'));
}

async function listen(
  listener: Parameters<typeof serve>[0],
  options: Parameters<typeof serve>[1],
  variable: string,
): Promise<RunningServer> {
  const { host, port } = options;
  return serve(listener, options).catch((error: unknown) => {
    const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    throw taken ? new Error(`port ${port} of ${host} is taken; set ${variable} to another`) : error;
  });
}

/** The application of a server process, and its metrics on a separate address, if one is configured. */
async function partsOf(env: NodeJS.ProcessEnv, host: string, closing: AbortSignal) {
  const tracing = await tracingOf(env, (state) => {
    if (state === 'lost') gateway.logger.warn('spans are lost: the collector does not take them');
    else gateway.logger.info('the collector takes spans again');
  });
  const metrics = prometheusMetrics({ health: () => gateway.views.health() });
  const place = metricsPlaceOf(env, host);
  const rate = rateOf(env, host);
  const gateway = gatewayFrom(env, {
    authenticate: authenticatorOf(env, host),
    guards: [
      ...(place === 'beside' ? [metricsPage(metrics)] : []),
      ...(rate === undefined ? [] : [limiting(rate)]),
    ],
    ...{ metrics, closing, tracing },
    settings: { tails: numberIn(env, 'MAX_TAILS', { least: 1, most: 100_000 }) },
    trustedProxies: proxiesOf(env),
  });
  return { ...gateway, tracing, metrics: { listener: metricsListener(metrics), place } };
}

async function start(env: NodeJS.ProcessEnv): Promise<Started> {
  const host = valueOf(env, 'HOST') ?? '';
  const port = numberIn(env, 'PORT', { least: 0, most: 65_535 });
  const limits = limitsOf(env);
  const closing = new AbortController();
  const { app, logger, metrics, tracing } = await partsOf(env, host, closing.signal);
  const servers = [
    await listen(checkingHost(allowedHostsOf(env, host), app), { host, port, limits }, 'PORT'),
  ];
  if (typeof metrics.place !== 'string') {
    const checked = checkingHost(allowedHostsOf(env, metrics.place.host), metrics.listener);
    servers.push(await listen(checked, { ...metrics.place, limits }, 'METRICS_PORT'));
  }
  const [, apart] = servers;
  logger.info({ host, port: servers[0]?.port, ...(apart && { metricsPort: apart.port }) }, 'listening');
  return { servers, closing, logger, tracing };
}

async function main(): Promise<void> {
  const { env } = process;
  // Suppress the SDK's warning about Node 20: it is still supported here, and the lockfile pins the SDK's
  // version.
  env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const started = await start(env);
  stopOnRequest(started);
  const [gateway, metrics] = started.servers;
  process.send?.({ ready: true, port: gateway?.port, metricsPort: metrics?.port });
}

main().catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)));
