import { AssetType, Construct, LambdaFunction, TerraformAsset } from '../aws';
import type { Deployment } from '../naming';
import { traces, type Statement } from '../policy';
import { LogGroup } from './log-group';
import { ServiceRole } from './service-role';

export interface NodeFunctionOptions {
  readonly name: string;
  readonly description: string;
  /** The folder of its bundle, absolute; `index.js` in it exports `handler`. */
  readonly bundle: string;
  /** MiB; also decides the share of a processor. */
  readonly memory: number;
  /** Seconds. */
  readonly timeout: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** Its permissions in addition to writing logs and traces. */
  readonly statements?: readonly Statement[];
  readonly reservedConcurrency?: number | undefined;
  /** The queue for asynchronous invocations that failed after all retries. */
  readonly deadLetterArn?: string;
  /** Functions that must be updated before this one. */
  readonly after?: readonly NodeFunction[];
}

/** A Lambda function, with a role and a log group of its own. */
export class NodeFunction extends Construct {
  readonly name: string;
  readonly arn: string;
  readonly #lambda: LambdaFunction;

  constructor(scope: Construct, id: string, deployment: Deployment, options: NodeFunctionOptions) {
    super(scope, id);
    const { description, memory, timeout, reservedConcurrency, deadLetterArn, after = [] } = options;
    const name = deployment.name(options.name);
    const log = new LogGroup(this, 'log', deployment, `/aws/lambda/${name}`);
    const role = new ServiceRole(this, 'access', deployment, {
      name: options.name,
      service: 'lambda.amazonaws.com',
      statements: [log.writing, traces, ...(options.statements ?? [])],
    });
    const code = new TerraformAsset(this, 'code', { path: options.bundle, type: AssetType.ARCHIVE });
    const lambda = new LambdaFunction(this, 'function', {
      functionName: name,
      description,
      role: role.arn,
      dependsOn: [role.policy, ...after.map((other) => other.#lambda)],
      runtime: 'nodejs22.x',
      // GovCloud has no functions on Graviton in every region.
      architectures: [deployment.partition === 'aws' ? 'arm64' : 'x86_64'],
      handler: 'index.handler',
      filename: code.path,
      sourceCodeHash: code.assetHash,
      memorySize: memory,
      timeout,
      // Stack traces in the log show source positions instead of the bundle's single long line.
      environment: { variables: { NODE_OPTIONS: '--enable-source-maps', ...options.environment } },
      loggingConfig: { logFormat: 'Text', logGroup: log.name },
      tracingConfig: { mode: 'Active' },
      ...(reservedConcurrency !== undefined && { reservedConcurrentExecutions: reservedConcurrency }),
      ...(deadLetterArn !== undefined && { deadLetterConfig: { targetArn: deadLetterArn } }),
    });
    this.#lambda = lambda;
    this.name = lambda.functionName;
    this.arn = lambda.arn;
  }
}
