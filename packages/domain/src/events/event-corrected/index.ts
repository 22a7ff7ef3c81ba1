import * as z from 'zod';
import { correctionType } from '../../event-type';
import { eventId } from '../../fields';

/** The target was different. Its replacement is checked by the schema of its own type. */
export const eventType = correctionType({
  name: 'eventCorrected',
  summary: 'The target event counts as if it had been the replacement, of the same type or another.',
  schemaVersion: 1,
  replaces: true,
  schema: z.strictObject({ targetEventId: eventId, replacement: z.looseObject({ eventType: z.string() }) }),
  examples: [
    {
      title: 'a mistyped quantity',
      event: {
        eventType: 'eventCorrected',
        targetEventId: 'delivery-1',
        replacement: { eventType: 'productReceived', quantity: '15' },
        reason: 'typed 150',
      },
    },
  ],
});
