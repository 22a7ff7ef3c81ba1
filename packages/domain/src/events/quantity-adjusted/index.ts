import * as z from 'zod';
import { signedQuantity } from '../../decimal';
import { changeType } from '../../event-type';
import { printable } from '../../fields';

/** Pieces broke, were lost or turned up: a difference, with its reason. */
export const eventType = changeType({
  name: 'quantityAdjusted',
  summary:
    'Changes the quantity by a signed difference, for a reason. Refused like a shipment if the stock is insufficient.',
  schemaVersion: 1,
  schema: z.strictObject({ quantity: signedQuantity, reason: printable(1000) }),
  effect: ({ quantity }) => ({ quantity: { add: quantity } }),
  examples: [
    {
      title: 'three broken',
      event: { eventType: 'quantityAdjusted', quantity: '-3', reason: 'broken' },
    },
    {
      title: 'one found behind the shelf',
      event: { eventType: 'quantityAdjusted', quantity: '1', reason: 'found' },
    },
  ],
});
