import { registry } from '@hindsight/domain';
import type { Schemas } from '@hindsight/client';
import { Failure } from '../exit';
import { answerOf, clientOf, type Service } from '../service';
import { send, type AppendOptions } from './append';

export interface UndoOptions extends AppendOptions {
  readonly reason?: string;
}

type Recorded = Schemas['RecordedEvent'];

const isCorrection = ({ eventType }: Recorded): boolean => registry.get(eventType)?.kind === 'correction';

/** The events with these ids, the newest first. */
async function find(service: Service, productId: string, wanted: (event: Recorded) => boolean) {
  let cursor: string | undefined;
  do {
    const request = clientOf(service).GET('/products/{productId}/events', {
      params: {
        path: { productId },
        query: { direction: 'backward', limit: 200, ...(cursor !== undefined && { cursor }) },
      },
    });
    const page = await answerOf(service, request, 'events');
    const found = page.events.find(wanted);
    if (found !== undefined) return found;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return undefined;
}

/**
 * A correction can't be retracted. Correcting its target again, with the original content, has the same
 * effect.
 */
async function howToRedo(service: Service, productId: string, eventId: string): Promise<string | undefined> {
  const correction = await find(service, productId, (event) => event.eventId === eventId);
  if (correction === undefined || !isCorrection(correction)) return undefined;
  const target = (correction as { readonly targetEventId?: string }).targetEventId ?? '';
  const original = await find(service, productId, (event) => event.eventId === target);
  if (original === undefined) return undefined;
  // The fields of a replacement: without those that the server adds, and without the context, which the event
  // keeps.
  const fields = [
    'eventType',
    'effectiveAt',
    ...Object.keys(registry.get(original.eventType)?.schema.shape ?? {}),
  ];
  const replacement = Object.fromEntries(Object.entries(original).filter(([name]) => fields.includes(name)));
  const event = { eventType: 'eventCorrected', targetEventId: target, replacement };
  return [
    `${eventId} is a correction of ${target}, and a correction can't be undone.`,
    `To make ${target} count again as it was recorded, correct it:`,
    `  hindsight append ${productId} '${JSON.stringify(event).replaceAll("'", "'\\''")}'`,
  ].join('\n');
}

/** `undo`: retracts an event. History then reads as if the event had never happened. */
export async function undo(productId: string, eventId: string, options: UndoOptions): Promise<void> {
  const { reason } = options;
  const retraction = { eventType: 'eventRetracted', targetEventId: eventId, ...(reason && { reason }) };
  try {
    await send(productId, JSON.stringify(retraction), options);
  } catch (error) {
    const { type } = ((error as Failure).problem ?? {}) as { type?: string };
    const help =
      type === '/problems/target-not-found' ? await howToRedo(options, productId, eventId) : undefined;
    if (help === undefined) throw error;
    const { code, problem } = error as Failure;
    throw new Failure(help, code, { ...(problem as object), help });
  }
}
