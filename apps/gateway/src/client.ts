import { isIP } from 'node:net';
import type { Request, RequestHandler } from 'express';
import { ipKeyGenerator } from 'express-rate-limit';
import { callerOf } from './auth/access';

/** An address as some proxies write it: in brackets or quotes, and with the port that the client used. */
const WITH_PORT = /^"?(?:\[([\da-f:.]+)\]|(\d+(?:\.\d+){3}))(?::\d+)?"?$/i;

/** Without ports: a client has another one with every connection, and would be another client each time. */
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
 * Who shares the limits of a client: known callers count by name, wherever they call from; others by address, or by
 * the network of an IPv6 one. A proxy that writes no address into its header is itself the client.
 */
export function clientOf(request: Request): string {
  const caller = callerOf(request);
  if (caller !== undefined && caller.subject !== 'anonymous') return `caller ${caller.subject}`;
  const { ip = '', socket } = request;
  return ipKeyGenerator(isIP(ip) > 0 ? ip : (socket.remoteAddress ?? ''));
}
