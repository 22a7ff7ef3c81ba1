import { z } from 'zod';
import type { ZodOpenApiOperationObject } from 'zod-openapi';
import type { OperationContext } from './context';
import { dryRun, formats, limitOf, sealedCursor } from './parameters';
import { READ_FAILURES } from './problem-schemas';
import { DIFFERENCE_LINES, header, json, rowFormats, STOCK_LINES } from './responses';
import * as schemas from './closing-schemas';
import type { DocumentSettings } from './settings';
import { requiredTime, tz } from './times';

/** Closings of periods: the lock, and the report that is kept. */

const closingId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, {
    error:
      'must have 1 to 64 letters, digits, dots, dashes or underscores, and begin with a letter or a digit',
  })
  .meta({ description: 'Names the closing, for ever.', examples: ['2026-10'] });

/** The closing in the URL. */
export const closingPath = z.object({ closingId });

const name = z
  .string()
  .min(1, { error: 'must have 1 to 200 characters' })
  .max(200, { error: 'must have 1 to 200 characters' });

/** The body of POST /closings. */
export const closingBody = z
  .strictObject({
    closingId,
    asOf: requiredTime('Everything through this effective time is closed.', 'last'),
    name: name.optional().meta({ description: 'For people.' }),
    tz,
  })
  .meta({ id: 'ClosingRequest' });

export const closeQuery = z.object({
  dryRun: dryRun(
    'Say what is missing for this closing, and close nothing. Needs the scope `state:read` as well.',
  ),
});

export const reportQuery = (settings: DocumentSettings) =>
  z.object({
    format: formats,
    limit: limitOf(settings).meta({
      description: `JSON only: the maximum number of rows on the page. Default: \`${settings.defaultPage}\`.`,
    }),
    cursor: sealedCursor.meta({ description: 'JSON only: `nextCursor` of the previous page.' }),
  });

export const closingDiffQuery = (settings: DocumentSettings) =>
  z.object({
    against: closingId
      .default('now')
      .meta({ description: 'The id of a later closing, or `now`: what is known now. Default: `now`.' }),
    ...reportQuery(settings).shape,
  });

const replayed = z.object({
  'Idempotent-Replayed': z
    .literal('true')
    .optional()
    .meta({ description: 'The same closing has begun before; absent on a dry run.' }),
});
const location = z.object({
  Location: header('The address of the closing.', '/closings/2026-10'),
  'Retry-After': header('Seconds until the report may be stored.', '5'),
});

/** POST /closings */
export function closeOperation(context: OperationContext): ZodOpenApiOperationObject {
  const { examples, problems, needs } = context;
  return {
    ...needs('events:write:closed'),
    operationId: 'beginClosing',
    summary: 'Close a period',
    description:
      'From now on, an event that takes effect at or before `asOf` is refused, and so is a correction of one (`period-closed`; see `onLate` of an append). As soon as no earlier append can still be under way, the stock as of that time is stored as the report of the closing, which never changes: some ten seconds under `npm start`, two to three minutes on AWS. The same closing may be sent again. With `dryRun` it says what is missing, and closes nothing.',
    requestParams: { query: closeQuery },
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: closingBody,
          example: { closingId: '2026-10', asOf: '2026-10-31', tz: 'Europe/Berlin', name: 'October' },
        },
      },
    },
    responses: {
      '202': json('The closing has begun.', {
        schema: schemas.closing,
        example: { ...examples.closing, status: 'closing', products: null, closedAt: null },
        headers: location,
      }),
      '200': json('It has begun before, or a dry run.', {
        schema: z.union([schemas.closing, schemas.closingPreview]),
        example: examples.closing,
        headers: replayed,
      }),
      ...problems(
        ...READ_FAILURES,
        'payload-too-large',
        'unsupported-media-type',
        'period-closed',
        'closing-id-reused',
      ),
    },
  };
}

/** GET /closings */
export function closingsOperation(context: OperationContext): ZodOpenApiOperationObject {
  const { examples, problems, needs } = context;
  return {
    ...needs('state:read'),
    operationId: 'listClosings',
    summary: 'List the closings',
    description: 'All closings, the oldest first, those that were reopened included.',
    responses: {
      '200': json('The closings.', { schema: schemas.closings, example: examples.closings }),
      ...problems(...READ_FAILURES),
    },
  };
}

const reportHeaders = z.object({
  Vary: header('`Accept`, and what else the answer depends on.'),
  'Content-Disposition': header('A name for the file; only of CSV.').optional(),
  Link: header('The next page, `rel="next"`; only of JSON, and absent on the last page.').optional(),
});

/** GET /closings/{closingId} */
export function closingOperation(context: OperationContext): ZodOpenApiOperationObject {
  const { settings, examples, problems, needs } = context;
  return {
    ...needs('state:read'),
    operationId: 'getClosing',
    summary: 'Get a closing with its report',
    description:
      'The rows are those of `GET /stock` for `asOf` and `knownAt` of the closing, as they were stored then. They never change, whatever is recorded or deployed later. JSON comes in pages; `application/x-ndjson` and `text/csv` are the whole report as one stream. Until the report is stored, JSON has no rows, and the other formats are answered with `views-behind`.',
    requestParams: { path: closingPath, query: reportQuery(settings) },
    responses: {
      '200': {
        description: 'The closing.',
        headers: reportHeaders,
        content: rowFormats({ schema: schemas.closingReport, example: examples.closingReport }, STOCK_LINES),
      },
      ...problems(...READ_FAILURES, 'closing-not-found', 'views-behind', 'too-many-streams'),
    },
  };
}

/** GET /closings/{closingId}/diff */
export function closingDiffOperation(context: OperationContext): ZodOpenApiOperationObject {
  const { settings, answers, examples, problems, needs } = context;
  return {
    ...needs('state:read'),
    operationId: 'diffClosing',
    summary: 'See what changed in a closed period since its closing',
    description:
      'The products whose state as of the time of the closing differs from the row in its report: as a later closing knew it, or as it is known now. Each has the events that changed it and their contributions, which add up to the difference exactly. Only products of which something was recorded since are read.',
    requestParams: { path: closingPath, query: closingDiffQuery(settings) },
    responses: {
      '200': {
        description: 'The differences.',
        headers: reportHeaders,
        content: rowFormats({ schema: answers.closingDiff, example: examples.closingDiff }, DIFFERENCE_LINES),
      },
      ...problems(...READ_FAILURES, 'closing-not-found', 'code-too-old', 'views-behind', 'too-many-streams'),
    },
  };
}

/** DELETE /closings/{closingId} */
export function reopenOperation(context: OperationContext): ZodOpenApiOperationObject {
  const { examples, problems, needs } = context;
  return {
    ...needs('events:write:closed'),
    operationId: 'reopenClosing',
    summary: 'Reopen the last closing',
    description:
      'Events may take effect in its period again. The closing and its report stay on record, and so does who reopened it. To reopen an earlier closing, reopen those after it first.',
    requestParams: { path: closingPath },
    responses: {
      '200': json('It is reopened.', {
        schema: schemas.closing,
        example: {
          ...examples.closing,
          status: 'reopened',
          reopenedAt: '2026-11-24T10:00:00.000Z',
          reopenedBy: 'accounting',
        },
      }),
      ...problems(...READ_FAILURES, 'closing-not-found', 'closing-not-last'),
    },
  };
}
