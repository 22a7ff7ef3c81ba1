import * as z from 'zod';
import { positiveQuantity } from '../../decimal';
import { changeType, minus } from '../../event-type';
import { attributeInputs } from '../../state';

/** Goods went out. Attributes may come along, as in the sample's events; they change nothing. */
export const eventType = changeType({
  name: 'productShipped',
  summary: 'Decreases the quantity. Refused if the stock is insufficient, unless conflicts are flagged.',
  schemaVersion: 1,
  schema: z.strictObject({ quantity: positiveQuantity, ...attributeInputs }),
  effect: ({ quantity }) => ({ quantity: { add: minus(quantity) } }),
  examples: [
    { title: '50 pieces', event: { eventType: 'productShipped', quantity: '50', correlationId: 'order-7' } },
    { title: 'half a meter', event: { eventType: 'productShipped', quantity: 0.5 } },
  ],
});
