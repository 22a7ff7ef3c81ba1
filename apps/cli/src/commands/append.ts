import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import type { paths, Schemas } from '@hindsight/client';
import { EXIT, Failure } from '../exit';
import { adjustmentText, say, sayJson, stateTable } from '../output';
import { answerOf, clientOf, type Service } from '../service';

export interface AppendOptions extends Service {
  readonly file?: string;
  readonly onConflict?: 'reject' | 'flag';
  readonly expect?: number;
  readonly key?: string;
}

type Body = NonNullable<
  paths['/products/{productId}/events']['post']['requestBody']
>['content']['application/json'];

/** The event or events, from the command line, a file, or standard input (`-`). Checked by the service. */
async function bodyOf(given: string | undefined, file: string | undefined): Promise<Body> {
  if ((given === undefined) === (file === undefined))
    throw new Failure('give the event as JSON, or --file with its name (- for standard input)', EXIT.usage);
  const text = given ?? (file === '-' ? await readAll(process.stdin) : await readText(file as string));
  try {
    return JSON.parse(text) as Body;
  } catch (error) {
    throw new Failure(`the event is not JSON: ${(error as Error).message}`, EXIT.usage);
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Failure(`${file} can't be read: ${(error as Error).message}`, EXIT.usage);
  }
}

function show(appended: Schemas['Appended'], replayed: boolean): void {
  const { productId, version, events, state, adjustment, dryRun } = appended;
  const what = events.map(({ eventId, eventType }) => `${eventType} ${eventId}`).join(', ');
  const said = dryRun ? 'would store' : replayed ? 'was stored before' : 'stored';
  say(`${productId}, version ${version}: ${said}: ${what}`);
  for (const event of events) if ('variance' in event) say(`variance of ${event.eventId}: ${event.variance}`);
  if (adjustment) say(adjustmentText(adjustment));
  say(state ? stateTable(state) : 'no state now: none of its events counts');
}

/** `append`, and `dry-run`, which stores nothing. */
export async function append(
  productId: string,
  event: string | undefined,
  options: AppendOptions & { readonly dryRun?: boolean },
): Promise<void> {
  const { onConflict, expect, key, dryRun } = options;
  const body = await bodyOf(event, options.file);
  const asked = clientOf(options).POST('/products/{productId}/events', {
    params: {
      path: { productId },
      query: { ...(dryRun && { dryRun: 'true' }), ...(onConflict && { onConflict }) },
      header: {
        ...(key !== undefined && { 'Idempotency-Key': key }),
        ...(expect === 0 && { 'If-None-Match': '*' }),
        ...(expect !== undefined && expect > 0 && { 'If-Match': `"${expect}"` }),
      },
    },
    body,
  });
  const appended = (await answerOf(options, asked)) as Schemas['Appended'];
  const replayed = (await asked).response.headers.get('Idempotent-Replayed') === 'true';
  if (options.json) sayJson(appended);
  else show(appended, replayed);
}
