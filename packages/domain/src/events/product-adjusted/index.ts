import * as z from 'zod';
import { quantity } from '../../decimal';
import { changeType } from '../../event-type';
import { attributeChanges, attributeNames } from '../../state';

/** The description of a product changed; never its quantity, once the product exists. */
export const eventType = changeType({
  name: 'productAdjusted',
  summary:
    'Sets the attributes it carries; null clears one. As the first event it creates the product with the given quantity.',
  schemaVersion: 1,
  schema: z.strictObject({ ...attributeChanges, quantity: quantity.optional() }),
  oneOf: attributeNames,
  effect: ({ quantity = '0', ...attributes }) => ({ quantity: { initial: quantity }, set: attributes }),
  examples: [
    { title: 'a new price', event: { eventType: 'productAdjusted', unitPrice: '$5' } },
    {
      title: 'a new price and color',
      event: { eventType: 'productAdjusted', unitPrice: { amount: '5.25', currency: 'EUR' }, color: 'red' },
    },
    {
      title: 'a name, a unit and a reorder point',
      event: { eventType: 'productAdjusted', name: 'Desk lamp', unit: 'pc', reorderPoint: '20' },
    },
    { title: 'no color any more', event: { eventType: 'productAdjusted', color: null } },
  ],
});
