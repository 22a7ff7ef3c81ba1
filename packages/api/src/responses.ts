import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiResponseObject } from 'zod-openapi';
import { problemTypes, type ProblemSlug } from './problems';
import { problemExample } from './problem-examples';
import { possible, problemOneOf } from './problem-schemas';
import type { SecurityScheme } from './settings';

type Responses = ZodOpenApiOperationObject['responses'];

export const header = (description: string, example?: string) =>
  z.string().meta({ description, ...(example !== undefined && { examples: [example] }) });

/** Problems describe a transient condition and must not be cached. */
const noStore = z.literal('no-store').meta({ description: 'Problems are not cached.' });

/** Headers of every problem with a given status. */
const problemHeaders: Readonly<Record<number, Record<string, z.ZodType>>> = {
  401: { 'WWW-Authenticate': header('Whether the token is missing or invalid.') },
  403: { 'WWW-Authenticate': header('The missing scope.') },
  412: { ETag: header('The current version in quotes; absent if the product does not exist.').optional() },
  413: { Connection: z.literal('close').optional() },
  415: { 'Accept-Post': header('The accepted media types.') },
  429: {
    'Retry-After': header('Seconds.'),
    RateLimit: header('How many requests are left, and for how long.'),
    'RateLimit-Policy': header('How many requests a client may send in which period.'),
  },
  503: { 'Retry-After': header('Seconds.') },
};

function problemResponse(status: number, slugs: readonly ProblemSlug[]): ZodOpenApiResponseObject {
  const description = slugs.map((slug) => `\`${slug}\`: ${problemTypes[slug].title}`).join('; ');
  const examples = Object.fromEntries(slugs.map((slug) => [slug, { value: problemExample(slug) }]));
  const content = { 'application/problem+json': { schema: problemOneOf(slugs), examples } };
  return { description, content, headers: z.object({ 'Cache-Control': noStore, ...problemHeaders[status] }) };
}

export type Problems = (...slugs: ProblemSlug[]) => Responses;

/**
 * Builds the problem responses, one per status, limited to those that a server with this security can return.
 */
export const problemsWith =
  (security: SecurityScheme | undefined): Problems =>
  (...slugs) => {
    const byStatus = new Map<number, ProblemSlug[]>();
    for (const slug of new Set(possible(slugs, security))) {
      const { status } = problemTypes[slug];
      byStatus.set(status, [...(byStatus.get(status) ?? []), slug]);
    }
    return Object.fromEntries(
      [...byStatus].map(([status, here]) => [String(status), problemResponse(status, here)]),
    );
  };

/** Headers of a response that clients may cache. */
export const kept = {
  ETag: header('For `If-None-Match` on this address.'),
  'Cache-Control': header('`no-cache`: revalidate before each use. `immutable`: never changes.'),
};

/** What the body of JSON says as `settled`. */
export const isSettled = header('`true`: the answer is final.', 'false');

export const unchanged = (headers: z.ZodObject): ZodOpenApiResponseObject => ({
  description: 'Not modified: the answer still has the ETag that was sent.',
  headers,
});

interface JsonAnswer {
  readonly schema: z.ZodType;
  readonly example?: unknown;
  readonly headers?: z.ZodObject;
}

export const json = (description: string, answer: JsonAnswer): ZodOpenApiResponseObject => {
  const { schema, example, headers } = answer;
  const content = { 'application/json': { schema, ...(example !== undefined && { example }) } };
  return { description, content, ...(headers && { headers }) };
};

/** Rows in the three formats: a page of JSON, or all of them as lines of JSON or as CSV, with an example of each. */
export const rowFormats = (
  page: JsonAnswer,
  examples: { readonly ndjson: string; readonly csv: string },
) => ({
  'application/json': { schema: page.schema, example: page.example },
  'application/x-ndjson': { schema: z.string(), example: examples.ndjson },
  'text/csv': { schema: z.string(), example: examples.csv },
});

/** Examples of rows of the stock as lines. */
export const STOCK_LINES = {
  ndjson: '{"productId":"lamp","version":1,"state":{"productId":"lamp","quantity":"150"}}\n',
  csv: 'productId,quantity,version\r\nlamp,150,1\r\n',
};

/** Examples of differences as lines. */
export const DIFFERENCE_LINES = {
  ndjson: '{"productId":"lamp","from":{"version":0,"state":null},"change":"150"}\n',
  csv: 'productId,fromQuantity,toQuantity,difference\r\nlamp,,150,150\r\n',
};

export const html = (description: string): ZodOpenApiResponseObject => ({
  description,
  content: { 'text/html': { schema: z.string() } },
  headers: z.object(kept),
});
