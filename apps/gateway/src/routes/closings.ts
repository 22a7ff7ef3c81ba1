import { closeQuery, closingBody, closingPath, reportQuery, zonedTimes } from '@hindsight/api';
import type { Closing, ReportRow } from '@hindsight/event-log';
import type { StockRow } from '@hindsight/views';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { callerOf, demandScope } from '../auth/access';
import { readBody } from '../body';
import { positionIn } from '../cursor';
import { JSON_ONLY, REVALIDATE, type Context, type Route } from '../http';
import { readJson } from '../json';
import { linkNext } from '../page';
import { malformed, Problem } from '../problems';
import { readQuery } from '../query';
import { ALL_ROW_FORMATS, exportRows, ROW_FORMATS, rowFormatOf, type Table } from '../row-stream';
import type { StreamSlots } from '../tail/stream-slots';

/** @throws Problem closing-not-found */
export async function closingOf({ closings }: Context, closingId: string): Promise<Closing> {
  const closing = await closings.find(closingId);
  if (closing !== undefined) return closing;
  throw notFound(closingId);
}

const notFound = (closingId: string): Problem =>
  new Problem('closing-not-found', `there is no closing ${closingId}`);

export const notReported = (closingId: string): Problem =>
  new Problem('views-behind', `the report of closing ${closingId} is not stored`, {
    headers: { 'Retry-After': RETRY_AFTER },
  });

/** The closing in the URL. @throws Problem malformed-request */
export function closingIdOf(request: Request): string {
  const { data, error } = closingPath.safeParse(request.params);
  if (data !== undefined) return data.closingId;
  throw malformed([{ path: 'closingId', message: error.issues[0]?.message ?? '' }]);
}

interface Asked {
  readonly closingId: string;
  readonly asOf: string;
  readonly name?: string | undefined;
}

/** The closing in the body, its time in UTC. @throws Problem malformed-request */
async function askedIn(request: Request, response: Response, context: Context): Promise<Asked> {
  const { settings, decimalFields, clock, concurrency } = context;
  const bytes = await readBody(request, settings);
  concurrency.take(response, bytes.length);
  const { data, error } = closingBody.safeParse(readJson(bytes, { ...settings, decimalFields }, ''));
  if (data === undefined) {
    const errors = error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
    throw malformed(errors);
  }
  const { asOf, ...rest } = zonedTimes(closingBody.shape, data, settings.timeZone) as unknown as Asked;
  if (asOf > clock().toISOString())
    throw malformed([{ path: 'asOf', message: `must be past, and it is ${asOf}` }]);
  return { ...rest, asOf };
}

/** Entries of each list of a preview. */
const LISTED = 100;

/** What is missing for a closing, from the states of all products as of its time. */
class Preview {
  products = 0;
  belowZeroTotal = 0;
  conflictsTotal = 0;
  readonly belowZero: object[] = [];
  readonly conflicts: object[] = [];

  add({ productId, state: { quantity, conflicts = [] } }: StockRow): void {
    this.products += 1;
    if (quantity.startsWith('-')) {
      this.belowZeroTotal += 1;
      if (this.belowZero.length < LISTED) this.belowZero.push({ productId, quantity });
    }
    for (const { rule, deficit, eventId, effectiveAt } of conflicts) {
      this.conflictsTotal += 1;
      if (this.conflicts.length < LISTED)
        this.conflicts.push({ productId, rule, deficit, eventId, effectiveAt });
    }
  }
}

async function previewOf(request: Request, asked: Asked, { views, pages, clock }: Context): Promise<object> {
  const { closingId, name = null, asOf } = asked;
  const [settled, aside] = await Promise.all([views.settled(), views.setAside()]);
  const preview = new Preview();
  const parts = views.stock({ asOf, knownAt: clock().toISOString() })[Symbol.asyncIterator]();
  // Its reads take turns with those of others.
  const next = () => pages.read(request, () => parts.next());
  for (let part = await next(); part.done !== true; part = await next())
    for (const row of part.value.rows) preview.add(row);
  return {
    ...{ dryRun: true, closingId, name, asOf },
    products: preview.products,
    settledThrough: settled.through ?? null,
    setAside: aside.map(({ productId }) => productId),
    ...{ belowZero: preview.belowZero, belowZeroTotal: preview.belowZeroTotal },
    ...{ conflicts: preview.conflicts, conflictsTotal: preview.conflictsTotal },
  };
}

const alreadyClosed = (closingId: string, closedThrough: string): Problem =>
  new Problem('period-closed', `closing ${closingId} has closed everything through ${closedThrough}`, {
    members: { closingId, closedThrough },
  });

const idReused = ({ closingId, asOf }: Closing): Problem =>
  new Problem('closing-id-reused', `closing ${closingId} has closed everything through ${asOf}`);

/** Refuses what the closing would refuse. */
async function checkClosing(asked: Asked, { closings }: Context): Promise<void> {
  const [known, period] = await Promise.all([closings.find(asked.closingId), closings.period()]);
  if (known !== undefined) {
    const isSame = known.asOf === asked.asOf && known.name === (asked.name ?? null);
    if (!isSame) throw idReused(known);
  } else if (period !== undefined && asked.asOf <= period.through)
    throw alreadyClosed(period.closingId, period.through);
}

/** A closing as clients see it: a row of its report is a product. */
const shown = ({ rows, ...closing }: Closing) => ({ ...closing, products: rows });

/** Seconds after which the report of a closing may be stored. */
const RETRY_AFTER = '5';

/** POST /closings */
export function closeRoute(context: Context): Route {
  return {
    method: 'post',
    path: '/closings',
    produces: JSON_ONLY,
    scope: 'events:write:closed',
    async handle(request, response) {
      const { dryRun } = readQuery(request.originalUrl, closeQuery);
      if (dryRun) demandScope(request, 'state:read');
      const asked = await askedIn(request, response, context);
      if (dryRun) {
        await checkClosing(asked, context);
        response.json(await previewOf(request, asked, context));
        return;
      }
      const begun = await context.closings.begin(asked, callerOf(request)?.subject ?? 'anonymous');
      if (begun.outcome === 'id-reused') throw idReused(begun.closing);
      if (begun.outcome === 'already-closed')
        throw alreadyClosed(begun.period.closingId, begun.period.through);
      if (begun.outcome === 'repeated') response.set('Idempotent-Replayed', 'true');
      else
        response
          .status(202)
          .set({ Location: `/closings/${begun.closing.closingId}`, 'Retry-After': RETRY_AFTER });
      response.json(shown(begun.closing));
    },
  };
}

/** GET /closings */
export function closingsRoute({ closings }: Context): Route {
  return {
    method: 'get',
    path: '/closings',
    produces: JSON_ONLY,
    scope: 'state:read',
    async handle(request, response) {
      readQuery(request.originalUrl, z.object({}));
      const [list, period] = await Promise.all([closings.list(), closings.period()]);
      response.set('Cache-Control', REVALIDATE);
      response.json({ closings: list.map(shown), closedThrough: period?.through ?? null });
    },
  };
}

type Rows = AsyncGenerator<readonly ReportRow[]>;

/** The rows of a report as they were stored, in every format. */
const asStored = (head: string): Table<ReportRow> => ({
  head: () => head,
  line: ({ csv }) => csv,
  json: ({ json }) => json,
});

/** Some rows after a key, and the last key if there are more. */
async function pageOf(rows: Rows, limit: number) {
  const found: ReportRow[] = [];
  for await (const part of rows) {
    found.push(...part);
    if (found.length > limit) break;
  }
  const page = found.slice(0, limit);
  return { page, next: found.length > limit ? page.at(-1)?.key : undefined };
}

/** GET /closings/:closingId @param exportSlots the slots of streams */
export function closingRoute(context: Context, exportSlots: StreamSlots): Route {
  const { closings, pages, settings } = context;
  const schema = reportQuery(settings);
  return {
    method: 'get',
    path: '/closings/:closingId',
    produces: Object.values(ROW_FORMATS),
    scope: 'state:read',
    async handle(request, response) {
      const closingId = closingIdOf(request);
      const { format: asked, limit, cursor } = readQuery(request.originalUrl, schema);
      const pageQuery = { resource: 'closing', closingId };
      const after = cursor === undefined ? undefined : positionIn(pageQuery, cursor);
      const closing = await closingOf(context, closingId);
      response.vary('Accept').set('Cache-Control', REVALIDATE);
      const format = rowFormatOf(request, asked, ALL_ROW_FORMATS);
      const report = closings.report(closingId);
      if (format !== 'json') {
        if (closing.rows === null) throw notReported(closingId);
        const head = format === 'csv' ? await report.csvHead() : '';
        const filename = `closing-${closingId}.csv`;
        const rows = { format, parts: report.rows(), csv: asStored(head), filename, pages };
        return exportRows(request, response, exportSlots, rows);
      }
      const isStored = closing.rows !== null;
      const { page, next } = isStored
        ? await pages.read(request, () => pageOf(report.rows(after), limit))
        : { page: [], next: undefined };
      const nextCursor = linkNext(request, response, { path: `/closings/${closingId}`, pageQuery, next });
      const products = page.map(({ json }) => JSON.parse(json) as unknown);
      response.json({ closing: shown(closing), products, nextCursor });
    },
  };
}

/** DELETE /closings/:closingId */
export function reopenRoute({ closings }: Context): Route {
  return {
    method: 'delete',
    path: '/closings/:closingId',
    produces: JSON_ONLY,
    scope: 'events:write:closed',
    async handle(request, response) {
      const closingId = closingIdOf(request);
      const reopened = await closings.reopen(closingId, callerOf(request)?.subject ?? 'anonymous');
      if (reopened.outcome === 'not-found') throw notFound(closingId);
      if (reopened.outcome === 'not-last') {
        const { last } = reopened;
        throw new Problem('closing-not-last', `closing ${last.closingId} is the last one`, {
          members: { closingId: last.closingId },
        });
      }
      response.json(shown(reopened.closing));
    },
  };
}
