import type { Request } from 'express';
import { ipKeyGenerator } from 'express-rate-limit';
import { callerOf } from './auth/access';

/**
 * Who shares the limits of a client: known callers count by name, wherever they call from; others by address, or by
 * the network of an IPv6 one.
 */
export function clientOf(request: Request): string {
  const caller = callerOf(request);
  if (caller !== undefined && caller.subject !== 'anonymous') return `caller ${caller.subject}`;
  return ipKeyGenerator(request.ip ?? '');
}
