import { z } from 'zod';
import type { ZodOpenApiOperationObject } from 'zod-openapi';
import type { OperationContext } from './context';
import * as parameters from './parameters';
import { pageOf } from './reads';
import type { DocumentSettings } from './settings';
import { tz, versionOrTime } from './times';

/** Why a number is what it is: its ledger, and what changed it between two states of knowledge. */

const paging = (settings: DocumentSettings) => {
  const { limit, cursor } = parameters.timelineQuery(settings).shape;
  return { limit, cursor };
};

export const explainQuery = (settings: DocumentSettings) =>
  z.object({ ...parameters.stateQuery.shape, ...paging(settings) });

export const diffQuery = (settings: DocumentSettings) =>
  z.object({
    asOf: parameters.stateQuery.shape.asOf,
    tz,
    from: versionOrTime('What was known before: a version, or a recorded time. Absent: nothing.'),
    to: versionOrTime('What is known after: a version, or a recorded time. Absent: all.'),
    ...paging(settings),
  });

/** GET /products/{productId}/explain */
export function explainOperation(context: OperationContext): ZodOpenApiOperationObject {
  const { settings, answers, examples, needs } = context;
  return {
    ...needs('state:read'),
    operationId: 'explainState',
    summary: 'Explain a quantity: the ledger behind it',
    description:
      'Every event that counts since the last count, with its effect and the balance after it. The first page ends in the quantity of the state; `nextCursor` leads to the lines before.',
    requestParams: {
      path: parameters.productPath,
      query: explainQuery(settings),
      header: parameters.conditionalHeaders,
    },
    responses: pageOf(context, answers.explanation, examples.explanation, ['no-state-at-time']),
  };
}

/** GET /products/{productId}/diff */
export function diffOperation(context: OperationContext): ZodOpenApiOperationObject {
  const { settings, answers, examples, needs } = context;
  return {
    ...needs('state:read'),
    operationId: 'diffState',
    summary: 'Compare an answer between two states of knowledge',
    description:
      'What changed in the state as of one moment between two states of knowledge: each event recorded between them, with its contribution. The contributions add up to the difference exactly.',
    requestParams: {
      path: parameters.productPath,
      query: diffQuery(settings),
      header: parameters.conditionalHeaders,
    },
    responses: pageOf(context, answers.diff, examples.diff),
  };
}
