import { CloudwatchLogGroup, Construct } from '../aws';
import type { Deployment } from '../naming';
import type { Statement } from '../policy';

/**
 * A log group that is created before its writer, so that its retention and key apply from the first line on.
 */
export class LogGroup extends Construct {
  readonly name: string;
  readonly arn: string;

  constructor(scope: Construct, id: string, deployment: Deployment, name: string) {
    super(scope, id);
    const group = new CloudwatchLogGroup(this, 'group', {
      name,
      retentionInDays: deployment.settings.logRetention,
      ...(deployment.keyArn !== undefined && { kmsKeyId: deployment.keyArn }),
    });
    this.name = group.name;
    this.arn = group.arn;
  }

  /** Allows a function to write to this group, and to create no others. */
  get writing(): Statement {
    return {
      sid: 'Log',
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      // The streams of this group: Lambda names them.
      resources: [`${this.arn}:*`],
    };
  }
}
