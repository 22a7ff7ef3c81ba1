import { resultsOf, type WorkflowRequest } from '@hindsight/workflow';
import type { Request, Response } from 'express';
import { callerOf, demandScope, mayDo } from '../auth/access';
import { readBody } from '../body';
import { problemOf, versionConflictAt } from '../failures';
import { bodyOf, formatOf } from '../formats';
import { headerText } from '../header-text';
import { JSON_ONLY, productIdOf, type Context, type Route } from '../http';
import { correlationOf } from '../logging/correlation';
import { readJson } from '../json';
import { expectedVersion, preconditionOf } from '../preconditions';
import { appendQuery } from '@hindsight/api';
import { readQuery } from '../query';
import { sendResult } from '../results';
import { appendInTurn, startInTurn } from '../turns';

/**
 * The version that the append must expect. `If-Match: *` is checked here: a product that exists never stops
 * existing, so checking before the append is equivalent to checking as part of it.
 */
async function expectedVersionOf(
  request: Request,
  productId: string,
  { log }: Context,
): Promise<number | undefined> {
  const precondition = preconditionOf(request);
  const headVersion = (): Promise<number> => log.headVersion(productId);
  if (precondition.kind !== 'exists') return expectedVersion(precondition, headVersion);
  if ((await headVersion()) === 0)
    throw versionConflictAt(0, 'If-Match: * asks for a product that exists, and this one does not');
  return undefined;
}

type Options = Omit<WorkflowRequest, 'productId' | 'act'>;

/** What the appends to one product and to several have in common: the body, and how it is to be appended. */
export async function optionsOf(request: Request, response: Response, context: Context): Promise<Options> {
  const { settings, decimalFields, concurrency } = context;
  const { dryRun, onConflict, onLate } = readQuery(request.originalUrl, appendQuery);
  // It returns the state and stores nothing.
  if (dryRun) demandScope(request, 'state:read');
  if (onLate === 'reopen') demandScope(request, 'events:write:closed');
  const idempotencyKey = headerText(request, 'Idempotency-Key');
  const format = formatOf(request);
  const bytes = await readBody(request, settings);
  // Take the slot only after the body has arrived: a slow sender would otherwise block it.
  concurrency.take(response, bytes.length);
  const read = (json: Uint8Array, path = '') => readJson(json, { ...settings, decimalFields }, path);
  const body = bodyOf(request, read(bytes), read);
  return {
    body,
    ...(format !== undefined && { format }),
    recordedBy: callerOf(request)?.subject ?? 'anonymous',
    ...(idempotencyKey !== undefined && { idempotencyKey }),
    ...(dryRun && { dryRun }),
    ...(onConflict !== undefined && { onConflict }),
    ...(onLate !== undefined && { onLate }),
    trace: correlationOf(request),
    ...(!mayDo(request, 'events:write:late') && { allowLate: false }),
  };
}

async function requestOf(request: Request, response: Response, context: Context): Promise<WorkflowRequest> {
  const productId = productIdOf(request);
  const options = await optionsOf(request, response, context);
  const expected = await expectedVersionOf(request, productId, context);
  return { productId, ...options, ...(expected !== undefined && { expectedVersion: expected }) };
}

/**
 * Whether to honor `Prefer: respond-async` (RFC 7240). Deployments without a state machine for background
 * appends ignore it.
 */
function prefersAsync(request: Request): boolean {
  const preferences = (request.headers['prefer'] as string | undefined)?.split(',') ?? [];
  return preferences.some((one) => one.split(';', 1)[0]?.trim().toLowerCase() === 'respond-async');
}

function sendStarted(response: Response, execution: string): void {
  response.locals['execution'] = execution;
  response.set({
    Location: `/executions/${execution}`,
    'Preference-Applied': 'respond-async',
    'Retry-After': '1',
  });
  response.status(202).json({ execution, status: 'running' });
}

/** Runs an append, in the background if the client prefers that, and responds. */
export async function respond(
  appendRequest: WorkflowRequest,
  request: Request,
  response: Response,
  context: Context,
): Promise<void> {
  const { background } = context.appender;
  if (background !== undefined && prefersAsync(request)) {
    sendStarted(response, await startInTurn(background, appendRequest, response, context));
    return;
  }
  const outcome = await appendInTurn(appendRequest, response, context);
  response.locals['execution'] = outcome.execution;
  if (!outcome.ok) {
    response.locals['failure'] = outcome.failure.error;
    throw problemOf(outcome.failure, mayDo(request, 'state:read'));
  }
  const [only, ...others] = resultsOf(outcome.result);
  if (only !== undefined && others.length === 0) response.locals['version'] = only.version;
  sendResult(response, outcome.result);
}

/** POST /products/:productId/events */
export function appendRoute(context: Context): Route {
  return {
    method: 'post',
    path: '/products/:productId/events',
    produces: JSON_ONLY,
    scope: 'events:write',
    async handle(request, response) {
      await respond(await requestOf(request, response, context), request, response, context);
    },
  };
}
