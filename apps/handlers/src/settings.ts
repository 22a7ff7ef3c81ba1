import { isCurrency, type ConflictPolicy } from '@hindsight/domain';

/** The conflict policy of the deployment, for requests that name none: ON_CONFLICT, by default `reject`. */
export function conflictPolicy(): ConflictPolicy {
  const policy = process.env['ON_CONFLICT'] ?? 'reject';
  if (policy !== 'reject' && policy !== 'flag') throw new Error('ON_CONFLICT must be "reject" or "flag"');
  return policy;
}

/** The currency of amounts without one, if their product has none: DEFAULT_CURRENCY, by default USD. */
export function defaultCurrency(): string {
  const code = process.env['DEFAULT_CURRENCY'] || 'USD';
  if (!isCurrency(code)) throw new Error('DEFAULT_CURRENCY must be an ISO 4217 code, such as EUR');
  return code;
}

const HOUR_MS = 60 * 60 * 1000;

/**
 * How far an event's effective time may be from its recording without the scope `events:write:late`:
 * LATE_TOLERANCE in hours, by default 24. In milliseconds.
 */
export function lateToleranceMs(): number {
  const hours = process.env['LATE_TOLERANCE'] ?? '24';
  if (!/^\d{1,6}$/.test(hours)) throw new Error('LATE_TOLERANCE must be a whole number of hours');
  return Number(hours) * HOUR_MS;
}

/** The time after which answers about a recorded time are final: SETTLE_SECONDS, by default 30. In milliseconds. */
export function settleMs(): number {
  const seconds = process.env['SETTLE_SECONDS'] ?? '30';
  if (!/^\d{1,5}$/.test(seconds) || Number(seconds) < 3)
    throw new Error('SETTLE_SECONDS must be a whole number, 3 or more');
  return Number(seconds) * 1_000;
}

/** The table of the views. */
export const viewsTableName = (): string =>
  process.env['VIEWS_TABLE_NAME'] || `${process.env['TABLE_NAME'] ?? ''}-views`;

/** How many heartbeats travel through the stream at once: VIEW_SLOTS, by default 1. */
export function viewSlots(): number {
  const slots = process.env['VIEW_SLOTS'] ?? '1';
  if (!/^[1-9]\d{0,2}$/.test(slots)) throw new Error('VIEW_SLOTS must be a whole number from 1 to 999');
  return Number(slots);
}

/** The bus on which recorded events go out; absent: none. */
export const outgoingBus = (): string | undefined => process.env['EVENT_BUS_NAME'] || undefined;

/** The namespace of metrics in CloudWatch. */
export const namespace = (): string => process.env['METRICS_NAMESPACE'] || 'Hindsight';
