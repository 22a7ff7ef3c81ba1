import { registry } from '../registry.generated';
import type { ChangeContent, RecordedEvent } from '../types';
import { at } from './given';
import type { Addition } from './addition';

interface ChangeStep {
  readonly kind: 'change';
  readonly eventType: string;
  readonly quantity: string;
  readonly color: string | undefined;
  /** In half minutes; absent: when it is recorded. */
  readonly time: number | undefined;
}

/** One step of a random life of a product. A target is the how-manyeth of the events that it may be. */
export type Step =
  | ChangeStep
  | { readonly kind: 'retract'; readonly target: number }
  /** A correction of the time alone. */
  | { readonly kind: 'move'; readonly target: number; readonly time: number }
  | { readonly kind: 'correct'; readonly target: number; readonly replacement: ChangeStep };

const half = (time: number): string => at(time / 2);

function contentOf({ eventType, quantity, color, time }: ChangeStep): ChangeContent {
  const unitPrice = { amount: quantity, currency: 'USD' };
  return {
    eventType,
    schemaVersion: 1,
    quantity,
    ...(color !== undefined && { color }),
    ...(eventType === 'productAdjusted' && { unitPrice }),
    ...(time !== undefined && { effectiveAt: half(time) }),
  };
}

/** The content of an event, at another time. */
function moved(
  { eventType, schemaVersion, quantity, color, unitPrice }: RecordedEvent,
  time: number,
): ChangeContent {
  const content = { eventType, schemaVersion, quantity, effectiveAt: half(time) };
  return { ...content, ...(color !== undefined && { color }), ...(unitPrice !== undefined && { unitPrice }) };
}

function eventOf(log: readonly RecordedEvent[], step: Step, recordedAt: string): RecordedEvent | undefined {
  const version = log.length + 1;
  const place = { eventId: `e${version}`, version, recordedAt, recordedBy: 'tester' };
  const base = { eventCategory: 'inventory', productId: 'anvil', schemaVersion: 1 } as const;
  if (step.kind === 'change') return { effectiveAt: recordedAt, ...base, ...contentOf(step), ...place };
  const targets = log.filter(({ eventType }) => registry.get(eventType)?.kind === 'change');
  const target = targets[step.target % targets.length];
  if (target === undefined) return undefined;
  const correction = { ...base, ...place, effectiveAt: recordedAt, targetEventId: target.eventId };
  if (step.kind === 'retract') return { ...correction, eventType: 'eventRetracted' };
  const replacement = step.kind === 'move' ? moved(target, step.time) : contentOf(step.replacement);
  return { ...correction, eventType: 'eventCorrected', replacement };
}

/** A log of random steps, each recorded half a minute after the one before, and an addition at once to it. */
export function additionOf(old: readonly Step[], added: readonly Step[]): Addition {
  const before: RecordedEvent[] = [];
  for (const step of old)
    before.push(...[eventOf(before, step, half(before.length))].flatMap((e) => e ?? []));
  const after = [...before];
  const now = half(before.length);
  for (const step of added) after.push(...[eventOf(after, step, now)].flatMap((e) => e ?? []));
  return { productId: 'anvil', before, after, now };
}
