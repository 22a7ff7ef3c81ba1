import * as z from 'zod';
import { add, positiveQuantity } from '../../decimal';
import { changeType } from '../../event-type';
import { attributes } from '../../fields';

/** Goods came in. A product's first event also says what it is. */
export const eventType = changeType({
  name: 'productReceived',
  summary: 'Adds to the quantity. As the first event it also sets unit price, colour and size where given.',
  schemaVersion: 1,
  schema: z.strictObject({ quantity: positiveQuantity, ...attributes }),
  reduce: (stock, { quantity, unitPrice = null, color = null, size = null }) =>
    stock === null
      ? { quantity, unitPrice, color, size }
      : { ...stock, quantity: add(stock.quantity, quantity) },
  examples: [
    {
      title: '150 pieces at 4 dollars',
      event: {
        eventType: 'productReceived',
        quantity: '150',
        unitPrice: '$4',
        color: 'blk',
        size: '4.3 lbs',
      },
    },
    {
      title: 'a delivery recorded late',
      event: {
        eventType: 'productReceived',
        quantity: '12.5',
        effectiveAt: '2026-11-17T08:00:00Z',
        reason: 'found on the dock',
      },
    },
  ],
});
