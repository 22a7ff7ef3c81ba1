import { parseTime } from '@hindsight/domain';
import { z } from 'zod';
import type { ZodOpenApiOperationObject } from 'zod-openapi';
import type { OperationContext } from './context';
import * as parameters from './parameters';
import { pageOf } from './reads';
import type { DocumentSettings } from './settings';

/** Why a number is what it is: its ledger, and what changed it between two states of knowledge. */

const KNOWLEDGE_HELP =
  'must be a version, such as 7, or a recorded time in RFC 3339 with an offset, such as 2026-11-23T09:30:00Z';

/** A state of knowledge: a version, or a recorded time. */
const knowledge = (description: string) =>
  z
    .string()
    .transform((text, context) => {
      if (/^\d{1,15}$/.test(text)) return { version: Number(text) };
      const knownAt = parseTime(text);
      if (knownAt !== undefined) return { knownAt };
      context.issues.push({ code: 'custom', message: KNOWLEDGE_HELP, input: text });
      return z.NEVER;
    })
    .optional()
    .meta({
      description,
      override: {
        anyOf: [
          { type: 'integer', minimum: 0, maximum: 999_999_999_999_999 },
          { type: 'string', format: 'date-time' },
        ],
      },
      examples: ['7', '2026-11-23T09:30:00Z'],
    });

const paging = (settings: DocumentSettings) => {
  const { limit, cursor } = parameters.timelineQuery(settings).shape;
  return { limit, cursor };
};

export const explainQuery = (settings: DocumentSettings) =>
  z.object({ ...parameters.stateQuery.shape, ...paging(settings) });

export const diffQuery = (settings: DocumentSettings) =>
  z.object({
    asOf: parameters.stateQuery.shape.asOf,
    from: knowledge('What was known before: a version, or a recorded time. Absent: nothing, version 0.'),
    to: knowledge('What is known after: a version, or a recorded time. Absent: all.'),
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
