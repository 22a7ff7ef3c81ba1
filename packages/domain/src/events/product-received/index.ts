import * as z from 'zod';
import { positiveQuantity } from '../../decimal';
import { changeType } from '../../event-type';
import { attributeInputs } from '../../state';

/** Goods came in. A receipt also says what the product is, as far as that is not known yet. */
export const eventType = changeType({
  name: 'productReceived',
  summary: 'Adds to the quantity, and sets those of the attributes it carries that are not set yet.',
  schemaVersion: 1,
  schema: z.strictObject({ quantity: positiveQuantity, ...attributeInputs }),
  effect: ({ quantity, ...attributes }) => ({ quantity: { add: quantity }, default: attributes }),
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
