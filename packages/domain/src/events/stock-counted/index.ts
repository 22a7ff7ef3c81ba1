import * as z from 'zod';
import { quantity, subtract } from '../../decimal';
import { changeType } from '../../event-type';

/** Somebody counted the shelf: whatever was wrong before stops mattering here. */
export const eventType = changeType({
  name: 'stockCounted',
  summary: 'Sets the quantity to what was counted, and reports the variance: counted minus expected.',
  schemaVersion: 1,
  schema: z.strictObject({ quantity }),
  effect: ({ quantity }) => ({ quantity: { set: quantity } }),
  findings: (before, { quantity }) => ({ variance: subtract(quantity, before?.quantity ?? '0') }),
  examples: [
    {
      title: '97 on the shelf',
      event: { eventType: 'stockCounted', quantity: '97', reason: 'yearly count' },
    },
  ],
});
