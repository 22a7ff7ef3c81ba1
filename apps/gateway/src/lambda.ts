import type { APIGatewayProxyEventV2, APIGatewayProxyResultV2, Context } from 'aws-lambda';
import serverless from 'serverless-http';
import { lambdaAuthenticatorOf } from './auth/api-gateway';
import { gatewayFrom } from './gateway';
import { encodedPath } from './encoded-path';
import { embeddedMetrics } from './metrics/embedded';
import { valueOf } from './variables';

/** An HTTP API gives up after 30 seconds, and its answer is then not ours. */
const APPEND_TIMEOUT = 25_000;

/**
 * An HTTP API hands a function's answer over whole: a live tail ends after what is there, at a megabyte or so, and
 * the client comes back for more after some seconds.
 */
const TAIL = { tailBatch: 1_000_000, tailRetry: 5_000 };

/** A function is frozen between two requests. */
const FROZEN = { followsExecutions: false };

/** The same application behind an HTTP API; put together once an instance. */
const metrics = embeddedMetrics(valueOf(process.env, 'METRICS_NAMESPACE') ?? '');
const { app } = gatewayFrom(process.env, {
  authenticate: lambdaAuthenticatorOf(process.env),
  metrics,
  timeout: APPEND_TIMEOUT,
  settings: { ...TAIL, ...FROZEN },
});
/** serverless-http takes the path of the event as it is; an HTTP API has decoded it. */
function restoreUrl(request: { url: string }, event: APIGatewayProxyEventV2): void {
  const query = event.rawQueryString === '' ? '' : `?${event.rawQueryString}`;
  request.url = `${encodedPath(event)}${query}`;
}

const answer = serverless(app, { request: restoreUrl }) as unknown as (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyResultV2>;

/** The Lambda's entry. */
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
