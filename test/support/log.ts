import type { RecordedEvent } from '@hindsight/domain';
import { AppendRefusedError, type EventLog, type Refusal } from '@hindsight/event-log';

/** Every event of a product, in the order of recording. */
export async function wholeLog(log: EventLog, productId: string): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for (let after: string | undefined; ;) {
    const page = await log.readRecorded(productId, {
      direction: 'forward',
      limit: 200,
      ...(after && { after }),
    });
    events.push(...(page?.events ?? []));
    after = page?.next;
    if (after === undefined) return events;
  }
}

/** Why an append was refused; throws when it was not. */
export async function refusalOf(work: Promise<unknown>): Promise<Refusal> {
  try {
    await work;
  } catch (error) {
    if (error instanceof AppendRefusedError) return error.refusal;
    throw error;
  }
  throw new Error('it was accepted');
}
