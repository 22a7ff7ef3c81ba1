import { z } from 'zod';
import type { ZodOpenApiResponseObject } from 'zod-openapi';
import { problemTypes, type ProblemSlug } from './problems';
import { problemOneOf } from './problem-schemas';

type Responses = Record<string, ZodOpenApiResponseObject>;

export const header = (description: string) => z.string().meta({ description });

/** Of every problem: it tells how a service feels at the moment. */
const noStore = z.literal('no-store').meta({ description: 'Problems are not kept.' });

/** Headers that come with every problem of a status. */
const problemHeaders: Readonly<Record<number, Record<string, z.ZodType>>> = {
  401: { 'WWW-Authenticate': header('Whether a token is missing or not good.') },
  403: { 'WWW-Authenticate': header('The scope that is missing.') },
  412: { ETag: header('The head version, in quotes; absent where there is no product.').optional() },
  413: { Connection: z.literal('close').optional() },
  415: { 'Accept-Post': header('The media types that are read here.') },
  429: {
    'Retry-After': header('Seconds.'),
    RateLimit: header('How many requests are left, and for how long.'),
    'RateLimit-Policy': header('How many requests one client may send in how long.'),
  },
  503: { 'Retry-After': header('Seconds.') },
};

/** Responses for problems, one per status, naming the problem types that come with it. */
export function problems(...slugs: ProblemSlug[]): Responses {
  const byStatus = new Map<number, ProblemSlug[]>();
  for (const slug of new Set(slugs)) {
    const { status } = problemTypes[slug];
    byStatus.set(status, [...(byStatus.get(status) ?? []), slug]);
  }
  const responses = [...byStatus].map(([status, here]) => {
    const description = here.map((slug) => `\`${slug}\`: ${problemTypes[slug].title}`).join('; ');
    const content = { 'application/problem+json': { schema: problemOneOf(here) } };
    const headers = z.object({ 'Cache-Control': noStore, ...problemHeaders[status] });
    return [String(status), { description, content, headers }] as const;
  });
  return Object.fromEntries(responses);
}

/** Of an answer that can be kept and asked about again. */
export const kept = {
  ETag: header('Good for If-None-Match here.'),
  'Cache-Control': header('no-cache: ask before each use. immutable: this will never change.'),
};

/** Of a 304. */
export const unchanged = (headers: z.ZodObject): ZodOpenApiResponseObject => ({
  description: 'The answer is still the one of the ETag that was sent.',
  headers,
});

export const json = (
  description: string,
  schema: z.ZodType,
  headers?: z.ZodObject,
): ZodOpenApiResponseObject => ({
  description,
  content: { 'application/json': { schema } },
  ...(headers && { headers }),
});

export const html = (description: string): ZodOpenApiResponseObject => ({
  description,
  content: { 'text/html': { schema: z.string() } },
  headers: z.object(kept),
});
