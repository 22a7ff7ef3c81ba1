import assert from 'node:assert/strict';
import type { ProductEvent, Remedies } from '@hindsight/domain';
import { MOMENTS, timeOf } from './steps';

/** A refused event that lowers the quantity, the moment at which it was to take effect, and what would make it fit. */
export interface Refused {
  readonly event: ProductEvent;
  readonly at: string;
  readonly remedies: Remedies;
}

const MILLIONTH = 1e-6;
const later = (time: string, ms: number): string => new Date(Date.parse(time) + ms).toISOString();
const more = (quantity: string, by: number): string => (Number(quantity) + by).toFixed(6);

/** Tries events on a copy of a history; the history stays as it is. */
export interface Trial {
  /** Whether the log and the definition would take an event. */
  takes(event: object): Promise<boolean>;
  /** Whether they would take it after another one that is recorded before, whatever that one breaks. */
  takesAfter(receipt: object, event: object): Promise<boolean>;
  /** The same by the definition alone. */
  isTaken(event: object): boolean;
  isTakenAfter(receipt: object, event: object): boolean;
}

/** Tries what a refusal offers, and what is just beyond it. */
export async function remediesAreTrue(
  { event, at, remedies: { possibleFrom, fits, needs } }: Refused,
  trial: Trial,
): Promise<void> {
  const { eventType, reason } = event;
  const isShipment = eventType === 'productShipped';
  const sent = event['quantity'] as string;
  const asked = isShipment ? sent : sent.replace('-', '');
  const shipment = (effectiveAt: string, quantity = asked) => ({
    eventType,
    effectiveAt,
    quantity: isShipment ? quantity : `-${quantity}`,
    ...(reason !== undefined && { reason }),
  });
  const receipt = (quantity: string, effectiveAt: string) => ({
    eventType: 'productReceived',
    quantity,
    effectiveAt,
  });
  const check = async (taken: boolean, what: string, tried: boolean | Promise<boolean>) =>
    assert.equal(await tried, taken, `${what}, of ${JSON.stringify({ possibleFrom, fits, needs })}`);

  const before = Array.from({ length: MOMENTS + 2 }, (_, moment) => timeOf(moment)).filter(
    (moment) => moment >= at && moment < (possibleFrom ?? '~'),
  );
  for (const moment of before)
    await check(false, `at ${moment}, before possibleFrom`, trial.isTaken(shipment(moment)));
  if (possibleFrom !== undefined) {
    await check(true, 'at possibleFrom', trial.takes(shipment(possibleFrom)));
    const earlier = shipment(later(possibleFrom, -1));
    await check(false, 'a millisecond before possibleFrom', trial.takes(earlier));
  }
  if (fits !== '0') await check(true, 'fits', trial.takes(shipment(at, fits)));
  const tooMuch = shipment(at, more(fits, MILLIONTH));
  await check(false, 'a millionth more than fits', trial.takes(tooMuch));
  const { quantity, by } = needs;
  await check(true, 'with needs', trial.takesAfter(receipt(quantity, by), shipment(at)));
  const tooLate = receipt(quantity, later(by, 1));
  await check(false, 'a millisecond after needs', trial.isTakenAfter(tooLate, shipment(at)));
  if (Number(quantity) > MILLIONTH) {
    const tooLittle = receipt(more(quantity, -MILLIONTH), by);
    await check(false, 'a millionth less than needs', trial.isTakenAfter(tooLittle, shipment(at)));
  }
}
