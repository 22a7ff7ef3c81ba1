import { z } from 'zod';
import { problemTypes, type ProblemSlug } from './problems';
import type { SecurityScheme } from './settings';
import { adjustment, productId, remedies, time, version } from './values';

/** The product that an act was refused for; the address of an append names it. */
const ofAct = {
  productId: productId
    .optional()
    .meta({ description: 'The product, if the request has events of several (`POST /events`).' }),
};
const errors = z.array(z.strictObject({ path: z.string(), message: z.string(), ...ofAct })).meta({
  description:
    'Each invalid parameter, header or field; `path` may be a path such as `[3].unitPrice.currency`.',
});
const broken = {
  ...ofAct,
  rule: z.string().optional(),
  adjustment: adjustment.optional(),
  remedies: remedies.optional(),
};
/** Faults that the embedded engine of a local server reports about itself. */
export const engineFaults = ['disk-full', 'stalled'] as const;
const check = z.enum(['ok', 'unavailable']);
export const checks = z.strictObject({
  eventLog: z.enum([...check.options, ...engineFaults]).meta({
    description:
      '`disk-full`: nothing can be stored; `stalled`: the engine answers nothing. Both only where the server keeps its data itself.',
  }),
  workflow: check,
});

/** The members of each problem type, in addition to type, title, status and detail. */
const members: Readonly<Partial<Record<ProblemSlug, z.core.$ZodLooseShape>>> = {
  'malformed-request': { errors },
  'no-state-at-time': { firstEffectiveAt: time.nullable(), firstRecordedAt: time },
  'version-not-found': { headVersion: version },
  'position-not-found': {
    endPosition: z.string().meta({ description: 'The last position of the feed.', examples: ['12.3'] }),
  },
  'insufficient-stock': broken,
  'rule-broken': broken,
  'event-id-reused': { ...ofAct, eventId: z.string().optional(), version: version.optional() },
  'version-conflict': {
    currentVersion: z.int().min(0).meta({ description: '0: the product does not exist.' }),
  },
  'invalid-event': { errors },
  'unknown-event-type': { errors },
  'target-not-found': {
    ...ofAct,
    index: z.int().min(0).optional().meta({ description: 'Which event of the request.' }),
    targetEventId: z.string().optional(),
  },
  'late-events-not-allowed': ofAct,
  'period-closed': {
    ...ofAct,
    eventId: z.string().optional(),
    closingId: z.string().optional(),
    closedThrough: time.optional(),
  },
  'closing-not-last': { closingId: z.string() },
  unavailable: { checks: checks.optional() },
};

const idOf = (slug: string): string =>
  slug.replace(/(^|-)(\w)/g, (_, _dash, letter: string) => letter.toUpperCase());

function schemaOf(slug: ProblemSlug) {
  const { status, title, help } = problemTypes[slug];
  return z
    .strictObject({
      type: z
        .literal(`/problems/${slug}`)
        .meta({ description: 'Stable: compare this. Also the address of a page about it.' }),
      title: z.literal(title),
      status: z.literal(status),
      detail: z.string().meta({ description: 'What is wrong with this request, for people.' }),
      ...members[slug],
    })
    .meta({ id: `${idOf(slug)}Problem`, description: help });
}

const made = new Map<ProblemSlug, ReturnType<typeof schemaOf>>();

/**
 * Problem details (RFC 9457) of one type. Always returns the same object, so that the document contains each
 * schema once.
 */
function problemSchema(slug: ProblemSlug) {
  const schema = made.get(slug) ?? schemaOf(slug);
  made.set(slug, schema);
  return schema;
}

/** Problem details of any of the given types; `type` determines which. */
export function problemOneOf(slugs: readonly ProblemSlug[]) {
  const [first, ...rest] = slugs.map(problemSchema);
  if (first === undefined) throw new Error('a union of problems needs at least one');
  return z.discriminatedUnion('type', [first, ...rest]);
}

/** Problems that only a server with authentication returns. */
const ACCESS: readonly ProblemSlug[] = ['unauthenticated', 'insufficient-scope', 'late-events-not-allowed'];

/** The given problem types, limited to those that the server can return. */
export const possible = (slugs: readonly ProblemSlug[], security: SecurityScheme | undefined) =>
  security === undefined ? slugs.filter((slug) => !ACCESS.includes(slug)) : slugs;

/** Possible problems of every product request. */
export const GUARDED = [
  'unauthenticated',
  'insufficient-scope',
  'too-many-requests',
] as const satisfies readonly ProblemSlug[];

/** How a read of what is derived across products can fail. */
export const READ_FAILURES = [
  'malformed-request',
  'not-acceptable',
  ...GUARDED,
  'overloaded',
  'unavailable',
  'internal-error',
] as const satisfies readonly ProblemSlug[];

/** How an append can fail after its body has been read. */
export const APPEND_REFUSALS = [
  'insufficient-stock',
  'rule-broken',
  'event-id-reused',
  'product-full',
  'version-conflict',
  'invalid-event',
  'unknown-event-type',
  'target-not-found',
  'late-events-not-allowed',
  'period-closed',
  'contention',
  'overloaded',
  'code-too-old',
  'unavailable',
  'internal-error',
] as const satisfies readonly ProblemSlug[];

/** How an act can fail: like an append, but it expects no versions. */
export const ACT_REFUSALS = APPEND_REFUSALS.filter((slug) => slug !== 'version-conflict');
