import { randomUUID } from 'node:crypto';
import type { LatePolicy } from '@hindsight/event-log';
import type { Schemas } from '@hindsight/client';
import { EXIT, Failure } from '../exit';
import { say, sayJson } from '../output';
import { answerOf, clientOf, type Service } from '../service';
import { show } from './append';

export interface TransferOptions extends Service {
  readonly effectiveAt?: string;
  readonly eventId?: string;
  readonly reason?: string;
  readonly onConflict?: 'reject' | 'flag';
  readonly onLate?: LatePolicy;
  readonly dryRun?: boolean;
}

/**
 * `transfer`: a shipment from one product and a receipt at another, stored together or not at all. Both events have the
 * same id, which is unique within each product and links the two: with the same id the command can be repeated safely.
 */
export async function transfer(
  from: string,
  to: string,
  quantity: string,
  options: TransferOptions,
): Promise<void> {
  if (from === to) throw new Failure('the two products of a transfer must differ', EXIT.usage);
  const { effectiveAt, eventId = `transfer-${randomUUID()}`, reason, onConflict, onLate, dryRun } = options;
  const common = {
    eventId,
    correlationId: eventId,
    quantity,
    ...(effectiveAt !== undefined && { effectiveAt }),
    ...(reason !== undefined && { reason }),
  };
  const request = clientOf(options).POST('/events', {
    params: {
      query: {
        ...(dryRun && { dryRun: true }),
        ...(onConflict && { onConflict }),
        ...(onLate && { onLate }),
      },
    },
    body: [
      { eventType: 'productShipped', productId: from, ...common },
      { eventType: 'productReceived', productId: to, ...common },
    ],
  });
  const answer = (await answerOf(options, request)) as Schemas['Acted'];
  const deduplicated = (await request).response.headers.get('Idempotent-Replayed') === 'true';
  if (options.json) {
    sayJson(answer);
    return;
  }
  for (const [index, result] of answer.results.entries()) {
    if (index > 0) say('');
    show({ ...result, ...(answer.dryRun && { dryRun: true }) }, deduplicated);
  }
}
