import { isIP } from 'node:net';
import type { Request, RequestHandler } from 'express';
import { ipKeyGenerator } from 'express-rate-limit';
import { callerOf } from './auth/access';

/** An address as some proxies write it: in brackets or quotes, with the client's port. */
const WITH_PORT = /^"?(?:\[([\da-f:.]+)\]|(\d+(?:\.\d+){3}))(?::\d+)?"?$/i;

/** Removes the port. It differs for each connection, so that each would count as another client. */
export const forwardedAddresses: RequestHandler = ({ headers }, _response, next) => {
  const given = headers['x-forwarded-for'];
  if (typeof given === 'string') {
    const addresses = given.split(',').map((entry) => {
      const [, six, four] = WITH_PORT.exec(entry.trim()) ?? [];
      return six ?? four ?? entry.trim();
    });
    headers['x-forwarded-for'] = addresses.join(', ');
  }
  next();
};

/**
 * The key of a client for rate limits and quotas. Known callers count by name, others by address, or by
 * network for IPv6. A proxy that sends no client address counts as the client.
 */
export function clientOf(request: Request): string {
  const caller = callerOf(request);
  if (caller !== undefined && caller.subject !== 'anonymous') return `caller ${caller.subject}`;
  const { ip = '', socket } = request;
  return ipKeyGenerator(isIP(ip) > 0 ? ip : (socket.remoteAddress ?? ''));
}
