import * as z from 'zod';
import { quantity } from '../../decimal';
import { changeType } from '../../event-type';
import { attributes } from '../../fields';
import { money } from '../../money';

/** The description of a product changed; never its quantity, once the product exists. */
export const eventType = changeType({
  name: 'productAdjusted',
  summary:
    'Sets the unit price and, where given, colour and size. As the first event it creates the product with the given quantity.',
  schemaVersion: 1,
  schema: z.strictObject({ ...attributes, unitPrice: money, quantity: quantity.optional() }),
  reduce: (stock, { quantity = '0', unitPrice, color, size }) => ({
    quantity: stock?.quantity ?? quantity,
    unitPrice,
    color: color ?? stock?.color ?? null,
    size: size ?? stock?.size ?? null,
  }),
  examples: [
    { title: 'a new price', event: { eventType: 'productAdjusted', unitPrice: '$5' } },
    {
      title: 'a new price and colour',
      event: { eventType: 'productAdjusted', unitPrice: { amount: '5.25', currency: 'EUR' }, color: 'red' },
    },
  ],
});
