import type { LatePolicy } from '@hindsight/event-log';
import type { Schemas } from '@hindsight/client';
import { EXIT, Failure } from '../exit';
import { adjustmentText, say, sayJson, stateTable } from '../output';
import { answerOf, clientOf, type Service } from '../service';
import { readText } from '../text';

export interface AppendOptions extends Service {
  readonly onConflict?: 'reject' | 'flag';
  readonly onLate?: LatePolicy;
  readonly expect?: number;
  readonly key?: string;
  readonly dryRun?: boolean;
}

/** The event or events, from the command line, a file, or standard input (`-`). Validated by the service. */
async function bodyOf(given: string | undefined, file: string | undefined): Promise<string> {
  if ((given === undefined) === (file === undefined))
    throw new Failure('give the event as JSON, or --file with its name (- for standard input)', EXIT.usage);
  const text = given ?? (await readText(file as string));
  try {
    JSON.parse(text);
  } catch (error) {
    throw new Failure(`the event is not JSON: ${(error as Error).message}`, EXIT.usage);
  }
  return text;
}

/** What was appended to one product, for people. */
export function show(appended: Schemas['Appended'], deduplicated: boolean): void {
  const { productId, version, events, state, adjustment, notices = [], dryRun } = appended;
  const what = events.map(({ eventId, eventType }) => `${eventType} ${eventId}`).join(', ');
  const outcome = dryRun ? 'would store' : deduplicated ? 'was stored before' : 'stored';
  say(`${productId}, version ${version}: ${outcome}: ${what}`);
  for (const event of events) if ('variance' in event) say(`variance of ${event.eventId}: ${event.variance}`);
  for (const { detail } of notices) say(`note: ${detail}`);
  if (adjustment) say(adjustmentText(adjustment));
  say(state ? stateTable(state) : 'no state now: none of its events counts');
}

/** Sends the JSON text unchanged: parsing and serializing it would round numbers and drop duplicate keys. */
export async function send(productId: string, body: string, options: AppendOptions): Promise<void> {
  const { onConflict, onLate, expect, key, dryRun } = options;
  const request = clientOf(options).POST('/products/{productId}/events', {
    params: {
      path: { productId },
      query: {
        ...(dryRun && { dryRun: true }),
        ...(onConflict && { onConflict }),
        ...(onLate && { onLate }),
      },
      header: {
        ...(key !== undefined && { 'Idempotency-Key': key }),
        ...(expect === 0 && { 'If-None-Match': '*' }),
        ...(expect !== undefined && expect > 0 && { 'If-Match': `"${expect}"` }),
      },
    },
    // The raw text, which the generated types can't describe.
    body: body as never,
    bodySerializer: String,
  });
  const appended = (await answerOf(options, request, 'events' as never)) as Schemas['Appended'];
  const deduplicated = (await request).response.headers.get('Idempotent-Replayed') === 'true';
  if (options.json) sayJson(appended);
  else show(appended, deduplicated);
}

/** `append`, and `dry-run`, which stores nothing. */
export async function append(
  productId: string,
  event: string | undefined,
  options: AppendOptions & { readonly file?: string },
): Promise<void> {
  await send(productId, await bodyOf(event, options.file), options);
}
