import { EnvironmentError } from '../environment-error';
import { numberIn, valueOf } from '../variables';
import type { Report, RunningTracing } from './start';

/** Where spans are sent, in OpenTelemetry's terms; undefined: tracing is off. */
function addressOf(env: NodeJS.ProcessEnv): string | undefined {
  const own = valueOf(env, 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT');
  const shared = valueOf(env, 'OTEL_EXPORTER_OTLP_ENDPOINT');
  const text = own ?? shared;
  if (text === undefined) return undefined;
  const name = own === undefined ? 'OTEL_EXPORTER_OTLP_ENDPOINT' : 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT';
  // The URL may contain a password, so the message does not include it.
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new EnvironmentError(
      `the environment variable ${name} is no address of a collector, such as http://127.0.0.1:4318`,
    );
  return own ?? `${text.replace(/\/$/, '')}/v1/traces`;
}

/**
 * Tracing as configured in the environment. The library is loaded only if tracing is on.
 * @throws EnvironmentError
 */
export async function tracingOf(env: NodeJS.ProcessEnv, report: Report): Promise<RunningTracing | undefined> {
  const address = addressOf(env);
  if (address === undefined) return undefined;
  const timeout = numberIn(env, 'OTEL_EXPORTER_OTLP_TIMEOUT', { least: 1, most: 600_000 });
  const { startTracing } = await import('./start.js');
  return startTracing({ url: address, timeout }, report);
}
