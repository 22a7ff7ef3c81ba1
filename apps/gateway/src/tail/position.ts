import type { Request } from 'express';
import { malformed } from '../problems';

/** The client's position: a version; `whole` if it also received what that version changed. */
export interface Position {
  readonly version: number;
  readonly whole: boolean;
}

/** The ids of an event's message and of the message about its effects. */
export const eventId = (version: number): string => String(version);
export const adjustmentId = (version: number): string => `${version}+`;

const ID = /^(\d{1,12})(\+?)$/;

/**
 * Where a stream begins: after `Last-Event-ID`, which a reconnecting client sends automatically, else after
 * the query's `after`; undefined: at the next new event. The header takes precedence because the URL stays
 * the same when the client reconnects.
 * @throws Problem malformed-request for an invalid header
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
