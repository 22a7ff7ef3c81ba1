import { diffQuery, explainQuery, isVersion, oneOfKnown } from '@hindsight/api';
import { explain, ProductDiffer, type Knowledge } from '@hindsight/workflow';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { invalidCursor, positionIn, type PageQuery } from '../cursor';
import { pathOf, productIdOf, REVALIDATE, SETTLED, type Context, type Route } from '../http';
import { malformed } from '../problems';
import { reading, sendPage } from '../page';
import { readQuery } from '../query';
import { ROW_FORMATS, rowFormatOf, type Table } from '../row-stream';
import { isSettledKnowledge } from '../settled';
import { diffCsv, ledgerCsv } from './explain-csv';
import { missing } from './state';

/**
 * The pages of one answer are about one moment and one state of knowledge: a cursor keeps those of the first page,
 * and the position after which to continue.
 */
interface Pinned {
  readonly asOf: string;
  /** Versions. */
  readonly known: readonly number[];
  readonly after: string;
}

const pin = ({ asOf, known, after }: Pinned): string => JSON.stringify([asOf, known, after]);

function pinnedIn(query: PageQuery, cursor: string | undefined): Pinned | undefined {
  if (cursor === undefined) return undefined;
  try {
    const [asOf, known, after] = JSON.parse(positionIn(query, cursor)) as [string, number[], string];
    return { asOf, known, after };
  } catch {
    throw invalidCursor();
  }
}

interface Page<Row> {
  readonly resource: 'explain' | 'diff';
  readonly pageQuery: PageQuery;
  readonly next: Pinned | undefined;
  /** What was known at the recorded times of the answer never changes. */
  readonly settled: boolean;
  /** The request names every time of the answer: no other answer will ever be given to it if it is settled. */
  readonly isPinned: boolean;
  readonly body: object;
  /** What CSV has of the body. */
  readonly rows: readonly Row[];
  readonly csv: Table<Row>;
  readonly format: 'json' | 'csv' | undefined;
}

function send<Row>(request: Request, response: Response, page: Page<Row>): void {
  const { resource, pageQuery, next, settled, isPinned, body, rows, csv, format } = page;
  const isCsv = rowFormatOf(request, format, ['json', 'csv']) === 'csv';
  response.vary('Accept').set('Hindsight-Settled', String(settled));
  sendPage(request, response, {
    path: pathOf(productIdOf(request), resource),
    pageQuery,
    next: next && pin(next),
    cacheControl: settled && isPinned ? SETTLED : REVALIDATE,
    body,
    ...(isCsv && { csv: csv.head() + rows.map(csv.line).join('') }),
  });
}

/** GET /products/:productId/explain */
export function explainRoute(context: Context): Route {
  const { log, registry, settings } = context;
  const { timeZone } = settings;
  const schema = explainQuery(settings);
  return {
    method: 'get',
    path: '/products/:productId/explain',
    produces: [ROW_FORMATS.json, ROW_FORMATS.csv],
    scope: 'state:read',
    async handle(request, response) {
      const productId = productIdOf(request);
      const { limit, cursor, format, ...asked } = readQuery(request.originalUrl, schema, {
        rules: oneOfKnown,
        timeZone,
      });
      const pageQuery = { resource: 'explain', productId, ...asked };
      const pinned = pinnedIn(pageQuery, cursor);
      const { asOf, knownAt, version } = asked;
      const known = { ...(knownAt !== undefined && { knownAt }), ...(version !== undefined && { version }) };
      const moment = pinned
        ? { asOf: pinned.asOf, version: pinned.known[0] ?? 0, after: pinned.after }
        : { ...(asOf !== undefined && { asOf }), ...known };
      const settled = await isSettledKnowledge(known, context);
      const found = await reading(cursor, () => explain({ log, registry }, productId, { limit, ...moment }));
      if (!found.found) throw missing(productId, found);
      const { answer, opening, lines, next } = found;
      send(request, response, {
        resource: 'explain',
        pageQuery,
        next: next === undefined ? undefined : { asOf: answer.asOf, known: [answer.version], after: next },
        ...{ settled, isPinned: asOf !== undefined },
        ...{ rows: lines, csv: ledgerCsv, format },
        body: {
          ...{ productId, asOf: answer.asOf, knownAt: knownAt ?? null, settled },
          ...{
            version: answer.version,
            quantity: answer.state.quantity,
            unit: answer.state.unit,
            opening,
            lines,
          },
        },
      });
    },
  };
}

type DiffQuery = z.output<ReturnType<typeof diffQuery>>;

const knowledgeOf = (text: string): Exclude<Knowledge, 'all'> =>
  isVersion(text) ? { version: Number(text) } : { knownAt: text };

/** Which two states of knowledge are compared: those of the first page, or those that are asked for. */
function endsOf(
  { from = '0', to }: DiffQuery,
  pinned: Pinned | undefined,
): { readonly from: Knowledge; readonly to: Knowledge } {
  if (pinned === undefined)
    return { from: knowledgeOf(from), to: to === undefined ? 'all' : knowledgeOf(to) };
  const [first = 0, last = 0] = pinned.known;
  return { from: { version: first }, to: { version: last } };
}

async function isSettledDiff({ from = '0', to }: DiffQuery, context: Context): Promise<boolean> {
  if (to === undefined) return false;
  const ends = await Promise.all([from, to].map((end) => isSettledKnowledge(knowledgeOf(end), context)));
  return ends.every(Boolean);
}

/** GET /products/:productId/diff */
export function diffRoute(context: Context): Route {
  const { log, settings, clock } = context;
  const { timeZone } = settings;
  const schema = diffQuery(settings);
  return {
    method: 'get',
    path: '/products/:productId/diff',
    produces: [ROW_FORMATS.json, ROW_FORMATS.csv],
    scope: 'state:read',
    async handle(request, response) {
      const productId = productIdOf(request);
      const query = readQuery(request.originalUrl, schema, { timeZone });
      const { limit, cursor, format, ...asked } = query;
      const pageQuery = { resource: 'diff', productId, ...asked };
      const pinned = pinnedIn(pageQuery, cursor);
      const { from, to } = endsOf(query, pinned);
      const asOf = pinned?.asOf ?? asked.asOf ?? clock().toISOString();
      const settled = await isSettledDiff(query, context);
      const differ = new ProductDiffer(log, productId, asOf);
      const found = await differ.diff(from, to, { limit, after: pinned?.after });
      if (!found.found) throw missing(productId, found);
      const { next, found: _, ...diff } = found;
      const known = [diff.from.version, diff.to.version];
      if (diff.from.version > diff.to.version)
        throw malformed([{ path: 'to', message: 'must not be earlier than from' }]);
      send(request, response, {
        resource: 'diff',
        pageQuery,
        next: next === undefined ? undefined : { asOf, known, after: next },
        ...{ settled, isPinned: asked.asOf !== undefined },
        ...{ rows: diff.contributions, csv: diffCsv, format },
        body: { productId, settled, ...diff },
      });
    },
  };
}
