import {
  Apigatewayv2Api,
  Apigatewayv2Authorizer,
  Apigatewayv2Integration,
  Apigatewayv2Route,
  Apigatewayv2Stage,
  Construct,
  LambdaPermission,
} from '../aws';
import type { Deployment } from '../naming';
import { scopes } from '../settings';
import { LogGroup } from './log-group';
import type { NodeFunction } from './node-function';

/** The access log's fields. They include nothing from the body or the query. */
const ACCESS_LOG = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  ip: '$context.identity.sourceIp',
  caller: '$context.identity.userArn',
  subject: '$context.authorizer.claims.sub',
  method: '$context.httpMethod',
  path: '$context.path',
  route: '$context.routeKey',
  status: '$context.status',
  bytes: '$context.responseLength',
  latency: '$context.responseLatency',
  integrationLatency: '$context.integrationLatency',
  error: '$context.error.message',
  integrationError: '$context.integrationErrorMessage',
};

/** The only route of the API that is public. */
const OPEN_ROUTE = 'GET /healthz';

/** CORS preflight requests, which browsers send without credentials. */
const PREFLIGHT_ROUTE = 'OPTIONS /{proxy+}';

/**
 * The explorer's page and its files. They contain no data: the page asks for a token and calls the API with it. Where
 * IAM authorizes, a browser has nothing to sign with, and they stay closed. The address of the page of all stock is that
 * of the API's list as well, so it needs authorization.
 */
const PAGE_ROUTES = { page: 'GET /', product: 'GET /p/{proxy+}', files: 'GET /assets/{proxy+}' };

/** What routes without authorization get of a limit: a tenth. */
const share = (limit: number): number => Math.max(1, Math.floor(limit / 10));

/** The API in front of the gateway. Unknown routes need authorization too. */
export class HttpApi extends Construct {
  readonly id: string;
  readonly url: string;

  constructor(scope: Construct, id: string, deployment: Deployment, gateway: NodeFunction) {
    super(scope, id);
    const { throttling, corsOrigins } = deployment.settings;
    const name = deployment.name('api');
    const api = new Apigatewayv2Api(this, 'api', { name, protocolType: 'HTTP' });
    const integration = new Apigatewayv2Integration(this, 'integration', {
      apiId: api.id,
      integrationType: 'AWS_PROXY',
      integrationUri: gateway.arn,
      payloadFormatVersion: '2.0',
      timeoutMilliseconds: 30_000,
    });
    const route = (routeId: string, routeKey: string, authorization: Authorization) =>
      new Apigatewayv2Route(this, routeId, {
        apiId: api.id,
        routeKey,
        target: `integrations/${integration.id}`,
        ...authorization,
      });
    route('all', '$default', this.#authorization(deployment, api.id));
    const open = [route('health', OPEN_ROUTE, { authorizationType: 'NONE' })];
    if (corsOrigins.length > 0) open.push(route('preflight', PREFLIGHT_ROUTE, { authorizationType: 'NONE' }));
    if (deployment.settings.authorizer.type === 'jwt')
      for (const [id, key] of Object.entries(PAGE_ROUTES)) route(id, key, { authorizationType: 'NONE' });
    const log = new LogGroup(this, 'log', deployment, `/aws/vendedlogs/${deployment.name()}/api`);
    new Apigatewayv2Stage(this, 'stage', {
      apiId: api.id,
      name: '$default',
      autoDeploy: true,
      accessLogSettings: { destinationArn: log.arn, format: JSON.stringify(ACCESS_LOG) },
      defaultRouteSettings: {
        throttlingRateLimit: throttling.rate,
        throttlingBurstLimit: throttling.burst,
        detailedMetricsEnabled: true,
      },
      // Anyone may ask these: they can't take what callers with a right need.
      routeSettings: open.map(({ routeKey }) => ({
        routeKey,
        throttlingRateLimit: share(throttling.rate),
        throttlingBurstLimit: share(throttling.burst),
        detailedMetricsEnabled: true,
      })),
    });
    new LambdaPermission(this, 'permission', {
      functionName: gateway.name,
      action: 'lambda:InvokeFunction',
      principal: 'apigateway.amazonaws.com',
      // Any stage and route of this API, and of no other.
      sourceArn: `${api.executionArn}/*/*`,
    });
    this.id = api.id;
    this.url = api.apiEndpoint;
  }

  #authorization({ settings, name }: Deployment, apiId: string): Authorization {
    const { authorizer } = settings;
    switch (authorizer.type) {
      case 'iam':
        return { authorizationType: 'AWS_IAM' };
      case 'jwt': {
        const { issuer, audience, scopePrefix = '' } = authorizer;
        const { id } = new Apigatewayv2Authorizer(this, 'authorizer', {
          apiId,
          name: name('jwt'),
          authorizerType: 'JWT',
          identitySources: ['$request.header.Authorization'],
          jwtConfiguration: { issuer, audience },
        });
        // A token needs one of these scopes to be accepted; the gateway checks which scope each operation
        // requires.
        const authorizationScopes = scopes.map((scope) => `${scopePrefix}${scope}`);
        return { authorizationType: 'JWT', authorizerId: id, authorizationScopes };
      }
    }
  }
}

interface Authorization {
  readonly authorizationType: 'NONE' | 'AWS_IAM' | 'JWT';
  readonly authorizerId?: string;
  readonly authorizationScopes?: string[];
}
