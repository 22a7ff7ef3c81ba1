import type { ConflictPolicy } from '@hindsight/domain';

/** The conflict policy of the deployment, for requests that name none: ON_CONFLICT, by default `reject`. */
export function conflictPolicy(): ConflictPolicy {
  const policy = process.env['ON_CONFLICT'] ?? 'reject';
  if (policy !== 'reject' && policy !== 'flag') throw new Error('ON_CONFLICT must be "reject" or "flag"');
  return policy;
}
