/** A statement of an IAM policy. Resources are exact; otherwise the call explains why they can't be. */
export interface Statement {
  readonly sid: string;
  readonly effect?: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** A statement of a resource-based policy, which also names the principal. */
export interface ResourceStatement extends Statement {
  readonly principal: Readonly<Record<string, string>>;
}

const written = ({ sid, effect = 'Allow', actions, resources, condition }: Statement) => ({
  Sid: sid,
  Effect: effect,
  Action: actions,
  Resource: resources,
  ...(condition && { Condition: condition }),
});

/** The policy of a role, as JSON. */
export const rolePolicy = (statements: readonly Statement[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements.map(written) });

/** The policy of a queue or a key, as JSON. */
export const resourcePolicy = (statements: readonly ResourceStatement[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((statement) => ({ ...written(statement), Principal: statement.principal })),
  });

/** Traces go to no resource that could be named. */
export const traces: Statement = {
  sid: 'Trace',
  actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
  resources: ['*'],
};
