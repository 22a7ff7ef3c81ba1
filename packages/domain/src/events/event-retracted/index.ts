import * as z from 'zod';
import { correctionType } from '../../event-type';
import { eventId } from '../../fields';

/** The target never happened. */
export const eventType = correctionType({
  name: 'eventRetracted',
  summary: 'The target event counts as if it had never happened.',
  schemaVersion: 1,
  replaces: false,
  schema: z.strictObject({ targetEventId: eventId }),
  examples: [
    {
      title: 'a delivery that never came',
      event: { eventType: 'eventRetracted', targetEventId: 'delivery-1', reason: 'wrong dock' },
    },
  ],
});
