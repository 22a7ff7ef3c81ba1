import type { Request } from 'express';
import { malformed } from '../problems';

/** How far a client has come: through a version; `whole`: what that version changed included. */
export interface Position {
  readonly version: number;
  readonly whole: boolean;
}

/** The id of an event's message, and of the message about what it changed. */
export const eventId = (version: number): string => String(version);
export const adjustmentId = (version: number): string => `${version}+`;

const ID = /^(\d{1,12})(\+?)$/;

/**
 * Where a stream begins: after `Last-Event-ID`, which a client that comes back sends by itself; else after the
 * query's `after`; undefined: at the next new event. The header wins, for the address stays what it was.
 * @throws Problem malformed-request for a header that is none of ours
 */
export function positionOf(request: Request, after: number | undefined): Position | undefined {
  const header = request.headers['last-event-id'];
  if (header === undefined || header === '')
    return after === undefined ? undefined : { version: after, whole: true };
  const [, version, whole] = ID.exec(String(header)) ?? [];
  if (version === undefined)
    throw malformed([
      { path: 'Last-Event-ID', message: 'must be the id of a message of this stream, such as 7' },
    ]);
  return { version: Number(version), whole: whole === '+' };
}
