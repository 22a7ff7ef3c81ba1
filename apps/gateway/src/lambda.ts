import type { APIGatewayProxyEventV2, APIGatewayProxyResultV2, Context } from 'aws-lambda';
import serverless from 'serverless-http';
import { lambdaAuthenticatorOf } from './auth/api-gateway';
import { gatewayFrom } from './gateway';
import { encodedPath } from './encoded-path';
import { embeddedMetrics } from './metrics/embedded';
import { valueOf } from './variables';

/** An HTTP API times out after 30 seconds and then sends its own response. */
const APPEND_TIMEOUT = 25_000;

/**
 * An HTTP API passes on a function's response only when it is complete. A live tail therefore ends after the
 * existing events, at about a megabyte, and the client reconnects after some seconds.
 */
const TAIL = { tailBatch: 1_000_000, tailRetry: 5_000 };

/** A function is frozen between requests. */
const FROZEN = { followsExecutions: false };

/** The same application behind an HTTP API, built once per instance. */
const metrics = embeddedMetrics(valueOf(process.env, 'METRICS_NAMESPACE') ?? '');
const { app } = gatewayFrom(process.env, {
  authenticate: lambdaAuthenticatorOf(process.env),
  metrics,
  timeout: APPEND_TIMEOUT,
  settings: { ...TAIL, ...FROZEN },
});
/** serverless-http uses the event's path as it is, but an HTTP API has already decoded it. */
function restoreUrl(request: { url: string }, event: APIGatewayProxyEventV2): void {
  const query = event.rawQueryString === '' ? '' : `?${event.rawQueryString}`;
  request.url = `${encodedPath(event)}${query}`;
}

const answer = serverless(app, { request: restoreUrl }) as unknown as (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyResultV2>;

/** The Lambda handler. */
export async function handler(
  event: APIGatewayProxyEventV2,
  context: Context,
): Promise<APIGatewayProxyResultV2> {
  try {
    return await answer(event, context);
  } finally {
    metrics.publish();
  }
}
