import * as z from 'zod';
import { quantity, subtract } from '../../decimal';
import { changeType, nothing } from '../../event-type';

/** Somebody counted the shelf: whatever was wrong before stops mattering here. */
export const eventType = changeType({
  name: 'stockCounted',
  summary: 'Sets the quantity to what was counted, and reports the variance: counted minus expected.',
  schemaVersion: 1,
  schema: z.strictObject({ quantity }),
  reduce: (stock, { quantity: counted }) => ({ ...(stock ?? nothing), quantity: counted }),
  findings: (stock, { quantity: counted }) => ({ variance: subtract(counted, stock?.quantity ?? '0') }),
  examples: [
    {
      title: '97 on the shelf',
      event: { eventType: 'stockCounted', quantity: '97', reason: 'yearly count' },
    },
  ],
});
