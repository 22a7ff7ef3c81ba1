import type { Trace } from '@hindsight/workflow';

/** The level of all lines here, numbered as in pino, which the gateway uses. */
const INFO = 30;
const isSilent = !['info', 'debug', 'trace'].includes(process.env['LOG_LEVEL'] || 'info');

/** The trace id within a `traceparent`. */
const traceIdIn = (traceparent: string | undefined): string | undefined => traceparent?.split('-')[1];

/**
 * Writes a line in the gateway's format: one JSON object with the fields that correlate the lines of one
 * append. A logging library would make each function load ten times its own code on a cold start, for this
 * one line.
 */
export function log({ requestId, execution, traceparent }: Trace = {}, fields: object, msg: string): void {
  if (isSilent) return;
  const trace = { requestId, execution, traceId: traceIdIn(traceparent) };
  process.stdout.write(`${JSON.stringify({ level: INFO, time: Date.now(), ...trace, ...fields, msg })}\n`);
}
