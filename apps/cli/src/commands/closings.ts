import { setTimeout as delay } from 'node:timers/promises';
import type { Schemas } from '@hindsight/client';
import { complain, counted, say, sayJson, table } from '../output';
import { sayMore } from '../paged';
import { saveStream } from '../save';
import { answerOf, clientOf, type Service } from '../service';
import { stockTable } from './across';

type Closing = Schemas['Closing'];

export interface CloseOptions extends Service {
  readonly id?: string;
  readonly name?: string;
  readonly tz?: string;
  readonly dryRun?: boolean;
  readonly wait: boolean;
}

/** How often it is looked whether the report is stored. */
const LOOK_MS = 1_000;
/** How many problems of a dry run are printed. */
const PRINTED = 20;

function showPreview(preview: Schemas['ClosingPreview']): void {
  const { asOf, products, settledThrough, setAside } = preview;
  const { belowZero, belowZeroTotal, conflicts, conflictsTotal } = preview;
  say(`would close everything through ${asOf}: ${counted(products, 'product')}`);
  const waits = setAside.length > 0 ? `it would wait: not indexed: ${setAside.join(', ')}` : undefined;
  say(
    waits ??
      (settledThrough === null
        ? 'it would wait: the views are not complete'
        : `final through ${settledThrough}`),
  );
  say(
    belowZeroTotal === 0 ? 'no product is below zero' : `below zero: ${counted(belowZeroTotal, 'product')}`,
  );
  if (belowZero.length > 0)
    say(
      table(
        ['product', 'quantity'],
        belowZero.slice(0, PRINTED).map((one) => [one.productId, one.quantity]),
      ),
    );
  if (conflictsTotal === 0) return;
  say(`not healed: ${counted(conflictsTotal, 'conflict')}`);
  const rows = conflicts
    .slice(0, PRINTED)
    .map(({ productId, deficit, eventId, effectiveAt }) => [productId, deficit, eventId, effectiveAt]);
  say(table(['product', 'short by', 'since', 'at'], rows));
}

const statusOf = ({ status, products }: Closing): string =>
  status === 'closed' && products !== null ? `closed, ${counted(products, 'product')}` : status;

/** Said once, since a report takes some seconds, or some minutes. */
const waiting = ({ closingId, asOf }: Closing): string =>
  `everything through ${asOf} is closed; waiting for the report (with Ctrl-C it is made all the same: hindsight closings show ${closingId})`;

/** The closing, once its report is stored, or it is reopened. */
async function settled(service: Service, closingId: string): Promise<Closing> {
  for (let looks = 0; ; looks += 1) {
    const params = { path: { closingId }, query: { format: 'json' as const, limit: 1 } };
    const asked = clientOf(service).GET('/closings/{closingId}', { params });
    const { closing } = await answerOf<Schemas['ClosingReport']>(service, asked as never, 'closing');
    if (closing.status !== 'closing') return closing;
    if (looks === 0 && !service.json) complain(waiting(closing));
    await delay(LOOK_MS);
  }
}

/** `close`: closes everything through a time, and waits for the report. */
export async function close(asOf: string, options: CloseOptions): Promise<void> {
  const { id = asOf, name, tz, dryRun, json } = options;
  const asked = clientOf(options).POST('/closings', {
    params: { query: { ...(dryRun && { dryRun: true }) } },
    body: {
      ...{ closingId: id, asOf },
      ...(name !== undefined && { name }),
      ...(tz !== undefined && { tz: tz as never }),
    },
  });
  const answer = await answerOf(options, asked, 'closingId');
  if ('dryRun' in answer) {
    if (json) sayJson(answer);
    else showPreview(answer);
    return;
  }
  const closing = options.wait ? await settled(options, answer.closingId) : answer;
  if (json) sayJson(closing);
  else say(`${closing.closingId}: ${statusOf(closing)}, everything through ${closing.asOf}`);
}

/** `closings list` */
export async function listClosings(options: Service): Promise<void> {
  const list = await answerOf(options, clientOf(options).GET('/closings'), 'closings');
  if (options.json) return sayJson(list);
  const rows = list.closings.map((closing) => [
    ...[closing.closingId, closing.asOf, statusOf(closing), closing.name ?? ''],
    ...[closing.begunBy, closing.reopenedBy ?? ''],
  ]);
  say(table(['closing', 'through', 'status', 'name', 'closed by', 'reopened by'], rows));
}

export interface ShowOptions extends Service {
  readonly csv?: string;
  readonly limit?: number;
  readonly cursor?: string;
}

/** `closings show` */
export async function showClosing(closingId: string, options: ShowOptions): Promise<void> {
  const { csv, limit, cursor, json } = options;
  const path = { closingId };
  if (csv !== undefined) {
    const request = clientOf(options).GET('/closings/{closingId}', {
      params: { path, query: { format: 'csv' } },
      parseAs: 'stream',
    });
    const lines = await saveStream(csv, options, { request, noun: 'product', what: 'the report' });
    return say(`${counted(lines, 'product')} of closing ${closingId}`);
  }
  const query = {
    format: 'json' as const,
    ...(limit !== undefined && { limit }),
    ...(cursor !== undefined && { cursor }),
  };
  const asked = clientOf(options).GET('/closings/{closingId}', { params: { path, query } });
  const report = await answerOf<Schemas['ClosingReport']>(options, asked as never, 'closing');
  if (json) return sayJson(report);
  const { closing } = report;
  const knownAt = closing.knownAt === null ? '' : `, as known at ${closing.knownAt}`;
  say(`${closing.closingId}: ${statusOf(closing)}, everything through ${closing.asOf}${knownAt}`);
  if (report.products.length > 0) say(stockTable(report.products));
  sayMore(report.nextCursor);
}

/** `closings reopen` */
export async function reopenClosing(closingId: string, options: Service): Promise<void> {
  const asked = clientOf(options).DELETE('/closings/{closingId}', { params: { path: { closingId } } });
  const closing = await answerOf(options, asked, 'closingId');
  if (options.json) sayJson(closing);
  else say(`${closing.closingId}: reopened; its report stays on record`);
}
