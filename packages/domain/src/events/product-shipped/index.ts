import * as z from 'zod';
import { positiveQuantity, subtract } from '../../decimal';
import { changeType, nothing } from '../../event-type';
import { attributes } from '../../fields';

/** Goods went out. Attributes may come along, as in the sample's events; they change nothing. */
export const eventType = changeType({
  name: 'productShipped',
  summary: 'Takes from the quantity. Refused when the stock is insufficient, unless conflicts are flagged.',
  schemaVersion: 1,
  schema: z.strictObject({ quantity: positiveQuantity, ...attributes }),
  reduce: (stock, { quantity }) => {
    const before = stock ?? { ...nothing, quantity: '0' };
    return { ...before, quantity: subtract(before.quantity, quantity) };
  },
  examples: [
    { title: '50 pieces', event: { eventType: 'productShipped', quantity: '50', correlationId: 'order-7' } },
    { title: 'half a metre', event: { eventType: 'productShipped', quantity: 0.5 } },
  ],
});
