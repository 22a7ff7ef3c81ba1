import type { Call, Json } from './account';
import type { Deployed } from './stacks';

/** An action on a resource, as IAM sees a call. */
export interface Request {
  readonly action: string;
  readonly resource: string;
  /** Attributes of items that are written. */
  readonly attributes: readonly string[];
}

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

const PREFIXES: Readonly<Record<string, string>> = {
  DynamoDB_20120810: 'dynamodb',
  AWSStepFunctions: 'states',
};

/** The attributes of the items that a call puts. */
function attributesOf({ body }: Call): string[] {
  const requests = Object.values(body['RequestItems'] ?? {});
  const puts = requests.flatMap((request) => (Array.isArray(request) ? (request as Json[]) : []));
  return puts.flatMap((put) => Object.keys(put.PutRequest?.Item ?? put.DeleteRequest?.Key ?? {}));
}

function resourcesOf({ body }: Call): string[] {
  const machine = body['stateMachineArn'] ?? body['executionArn'];
  if (typeof machine === 'string') return [machine];
  const tables = [body['TableName'], ...Object.keys(body['RequestItems'] ?? {})];
  const names = tables.filter((name): name is string => typeof name === 'string');
  const index = typeof body['IndexName'] === 'string' ? `/index/${body['IndexName']}` : '';
  return names.map((name) => `arn:aws:dynamodb:eu-central-1:123456789012:table/${name}${index}`);
}

/** What each function asked for. */
export function requestedBy(calls: readonly Call[]): Map<string, Request[]> {
  const requests = new Map<string, Request[]>();
  for (const call of calls) {
    const [service = '', operation = ''] = call.target.split('.');
    const action = `${PREFIXES[service] ?? service}:${operation}`;
    const made = resourcesOf(call).map((resource) => ({ action, resource, attributes: attributesOf(call) }));
    requests.set(call.function, [...(requests.get(call.function) ?? []), ...made]);
  }
  return requests;
}

const matches = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .split('*')
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
  ).test(text);

/** Whether the condition on attributes holds; it is the only one that functions' policies have here. */
function holds({ Condition = {} }: Statement, { attributes }: Request): boolean {
  const named = Condition['ForAnyValue:StringEquals']?.['dynamodb:Attributes'];
  return named === undefined || attributes.some((attribute) => named.includes(attribute));
}

/** The policies of a deployment's roles, judged as IAM does: something allows it, and nothing denies it. */
export function permissionsOf(deployed: Deployed): {
  allow(functionName: string, request: Request): boolean;
} {
  const functions = deployed.all('aws_lambda_function');
  const roles = deployed.all('aws_iam_role');
  const policies = deployed.all('aws_iam_role_policy');
  const statementsOf = (functionName: string): Statement[] => {
    const arn = functions.find(({ function_name: name }) => name === functionName)?.['role'];
    const role = roles.find((candidate) => candidate['arn'] === arn)?.['name'];
    return policies
      .filter((policy) => policy['role'] === role)
      .flatMap(({ policy }) => (JSON.parse(policy) as { Statement: Statement[] }).Statement);
  };
  return {
    allow(functionName, request) {
      const applying = statementsOf(functionName).filter(
        (statement) =>
          statement.Action.some((action) => matches(action, request.action)) &&
          statement.Resource.some((resource) => matches(resource, request.resource)) &&
          holds(statement, request),
      );
      return (
        applying.some(({ Effect }) => Effect === 'Allow') && !applying.some(({ Effect }) => Effect === 'Deny')
      );
    },
  };
}
