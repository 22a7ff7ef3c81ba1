import type { Trace } from '@hindsight/workflow';

/** The level of all lines here; as pino numbers them, which writes the gateway's. */
const INFO = 30;
const isSilent = !['info', 'debug', 'trace'].includes(process.env['LOG_LEVEL'] || 'info');

/** The trace id within a `traceparent`. */
const traceIdIn = (traceparent: string | undefined): string | undefined => traceparent?.split('-')[1];

/**
 * Writes a line like the gateway's: one JSON object, with what it has in common with other lines about the append.
 * No library for it: each function that starts cold would load ten times its own code for this one line.
 */
export function log({ requestId, execution, traceparent }: Trace = {}, fields: object, msg: string): void {
  if (isSilent) return;
  const trace = { requestId, execution, traceId: traceIdIn(traceparent) };
  process.stdout.write(`${JSON.stringify({ level: INFO, time: Date.now(), ...trace, ...fields, msg })}\n`);
}
