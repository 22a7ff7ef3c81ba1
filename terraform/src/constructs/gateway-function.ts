import type { Construct } from '../aws';
import type { Deployment } from '../naming';
import type { Statement } from '../policy';
import type { Settings } from '../settings';
import type { EventLogTable } from './event-log-table';
import { NodeFunction } from './node-function';
import { machineArns } from './state-machine';
import { SLOTS, type ViewsTable } from './views';

/** Seconds; the HTTP API gives up after 30. */
const TIMEOUT = 29;
const MEMORY = 512;

export interface GatewayFunctionOptions {
  readonly bundle: string;
  readonly table: EventLogTable;
  readonly views: ViewsTable;
  /** The name of the machine that it calls synchronously. */
  readonly express: string;
  /** The name of the machine that it starts executions of and polls. */
  readonly standard: string;
}

/** The HTTP gateway. It reads the table directly, writes events only by starting executions, and closings itself. */
export class GatewayFunction extends NodeFunction {
  constructor(scope: Construct, id: string, deployment: Deployment, options: GatewayFunctionOptions) {
    const { bundle, table, views } = options;
    const express = machineArns(deployment, options.express);
    const standard = machineArns(deployment, options.standard);
    const { settings } = deployment;
    super(scope, id, deployment, {
      name: 'gateway',
      description: 'The HTTP gateway',
      bundle,
      memory: MEMORY,
      timeout: TIMEOUT,
      reservedConcurrency: settings.reservedConcurrency.gateway,
      environment: {
        TABLE_NAME: table.name,
        VIEWS_TABLE_NAME: views.name,
        VIEW_SLOTS: String(SLOTS),
        STATE_MACHINE_ARN: express.arn,
        ASYNC_STATE_MACHINE_ARN: standard.arn,
        LOG_LEVEL: settings.logLevel,
        TIME_ZONE: settings.timeZone,
        METRICS_NAMESPACE: deployment.name(),
        ...(settings.corsOrigins.length > 0 && { CORS_ORIGINS: settings.corsOrigins.join(',') }),
        ...scopesOf(settings),
      },
      statements: [
        ...table.reading,
        ...table.closing,
        ...views.reading,
        { sid: 'CheckTable', actions: ['dynamodb:DescribeTable'], resources: [table.arn] },
        { sid: 'Append', actions: ['states:StartSyncExecution'], resources: [express.arn] },
        { sid: 'AppendLater', actions: ['states:StartExecution'], resources: [standard.arn] },
        { sid: 'FollowAppends', actions: ['states:DescribeExecution'], resources: [standard.executionsArn] },
        {
          sid: 'CheckMachines',
          actions: ['states:DescribeStateMachine'],
          resources: [express.arn, standard.arn],
        },
        ...decrypting(deployment),
      ],
    });
  }
}

/** Lets the gateway read executions that the account's own key encrypts. */
function decrypting({ keyArn, settings }: Deployment): Statement[] {
  if (keyArn === undefined) return [];
  const condition = { StringEquals: { 'kms:ViaService': `states.${settings.region}.amazonaws.com` } };
  return [{ sid: 'DecryptExecutions', actions: ['kms:Decrypt'], resources: [keyArn], condition }];
}

/** How the gateway derives a caller's scopes from the authorizer's answer. */
function scopesOf({ authorizer }: Settings): Record<string, string> {
  switch (authorizer.type) {
    case 'iam':
      return {
        API_AUTHORIZER: 'iam',
        ...(authorizer.scopes !== undefined && { IAM_SCOPES: authorizer.scopes.join(' ') }),
      };
    case 'jwt':
      return {
        ...(authorizer.scopePrefix !== undefined && { JWT_SCOPE_PREFIX: authorizer.scopePrefix }),
        ...signInOf(authorizer),
      };
  }
}

/** How people sign in on the explorer. */
function signInOf({
  issuer,
  signIn,
}: Extract<Settings['authorizer'], { type: 'jwt' }>): Record<string, string> {
  if (signIn === undefined) return {};
  const { clientId, scopes, parameters, tokenOrigin } = signIn;
  return {
    OIDC_ISSUER: issuer,
    OIDC_CLIENT_ID: clientId,
    ...(scopes !== undefined && { OIDC_SCOPES: scopes.join(' ') }),
    ...(parameters !== undefined && { OIDC_PARAMETERS: new URLSearchParams(parameters).toString() }),
    ...(tokenOrigin !== undefined && { OIDC_TOKEN_ORIGIN: tokenOrigin }),
  };
}
