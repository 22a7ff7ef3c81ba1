import { inputsIn, parseAct, parseEvents, registry } from '@hindsight/domain';
import type { ActCommand, AppendCommand } from '@hindsight/workflow';

let made = 0;

/** The command that the workflow would make from a request's body. */
export function command(
  productId: string,
  body: unknown,
  options: Partial<AppendCommand> = {},
): AppendCommand {
  made += 1;
  const number = made;
  let part = 0;
  const newId = () => `made-${number}-${part++}`;
  const parsed = parseEvents(registry, body, { productId, newId });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  const { events } = parsed;
  return { productId, events, recordedBy: 'tester', onConflict: 'reject', dryRun: false, ...options };
}

/** The command that the workflow would make from the body of an act, whose events name their products. */
export function act(body: readonly object[], options: Partial<ActCommand> = {}): ActCommand {
  made += 1;
  const number = made;
  let part = 0;
  const parsed = parseAct(registry, inputsIn(body), () => `made-${number}-${part++}`);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return { parts: parsed.parts, recordedBy: 'tester', onConflict: 'reject', dryRun: false, ...options };
}

/** A shipment of one product and a receipt of another. */
export const transfer = (from: string, to: string, quantity: number, more: object = {}) => [
  shipped(quantity, { productId: from, ...more }),
  received(quantity, { productId: to, ...more }),
];

export const received = (quantity: number | string, more: object = {}) => ({
  eventType: 'productReceived',
  quantity,
  ...more,
});
export const shipped = (quantity: number | string, more: object = {}) => ({
  eventType: 'productShipped',
  quantity,
  ...more,
});
export const counted = (quantity: number | string, more: object = {}) => ({
  eventType: 'stockCounted',
  quantity,
  ...more,
});
export const retracted = (targetEventId: string, more: object = {}) => ({
  eventType: 'eventRetracted',
  targetEventId,
  ...more,
});
export const corrected = (targetEventId: string, replacement: object, more: object = {}) => ({
  eventType: 'eventCorrected',
  targetEventId,
  replacement,
  ...more,
});

/** The moment `seconds` after noon of 1 March 2026. */
export const at = (seconds: number): string =>
  new Date(Date.parse('2026-03-01T12:00:00.000Z') + seconds * 1000).toISOString();

/** A receipt (or a shipment, if negative) of this quantity, this many seconds after that moment. */
export const stock = (quantity: number, seconds: number, eventId?: string) =>
  (quantity < 0 ? shipped : received)(Math.abs(quantity), {
    effectiveAt: at(seconds),
    ...(eventId && { eventId }),
  });
