import type { Sent } from './given';

/** The events of the scenarios, as clients send them. */
export const received = (quantity: string, more: Sent = {}): Sent => ({
  eventType: 'productReceived',
  quantity,
  ...more,
});

export const shipped = (quantity: string, more: Sent = {}): Sent => ({
  eventType: 'productShipped',
  quantity,
  ...more,
});

export const adjusted = (unitPrice: string, more: Sent = {}): Sent => ({
  eventType: 'productAdjusted',
  unitPrice,
  ...more,
});

export const counted = (quantity: string, more: Sent = {}): Sent => ({
  eventType: 'stockCounted',
  quantity,
  ...more,
});

export const retracted = (targetEventId: string, more: Sent = {}): Sent => ({
  eventType: 'eventRetracted',
  targetEventId,
  ...more,
});

export const corrected = (targetEventId: string, replacement: Sent, more: Sent = {}): Sent => ({
  eventType: 'eventCorrected',
  targetEventId,
  replacement,
  ...more,
});
