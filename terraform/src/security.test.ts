import { keySchema } from '@hindsight/event-log';
import type { Stage } from './settings';
import { rules, withoutRules } from './testing/rules';
import { suppressions } from './testing/suppressions';
import { reference, synthesise, type Resource, type Synthesised } from './testing/synthesised';

type Encryption = 'aws' | 'customer';
const alarmAddress = 'alarms@example.com';
const corsOrigins = ['https://shop.example'];
const jwt = { type: 'jwt' as const, issuer: 'https://issuer.example.com/', audience: ['stock'] };
/** In prod by tokens, so that both ways of authorizing are judged. */
const authorizers = { dev: { type: 'iam' as const }, prod: jwt };
const stacks = (['dev', 'prod'] as const).flatMap((stage) =>
  (['aws', 'customer'] as const).map(
    (encryption) =>
      [
        stage,
        encryption,
        synthesise(stage, { alarmAddress, corsOrigins, encryption, authorizer: authorizers[stage] }),
      ] as const,
  ),
);

const dev = synthesise('dev', { encryption: 'customer' });
const table = '${aws_dynamodb_table.event_log.arn}';
const indexes = [keySchema.byEffective, keySchema.byRecorded, keySchema.byId].map(
  ({ name }) => `${table}/index/${name}`,
);

/** What a thing is called in AWS, without prefix and stage. */
function nameOf({ config }: Resource, stage: Stage): string {
  const name = String(config['function_name'] ?? config['name'] ?? config['route_key'] ?? '');
  return name.replace(`hindsight-${stage}-`, '');
}

function suppressed(ids: readonly string[], name: string, stage: Stage, encryption: Encryption): boolean {
  return suppressions.some(
    (suppression) =>
      ids.includes(suppression.id) &&
      (suppression.name?.test(name) ?? true) &&
      (suppression.stage ?? stage) === stage &&
      suppression.without !== encryption,
  );
}

describe.each(stacks)('%s with keys of %s', (stage, encryption, stack) => {
  test.each(rules.map((rule) => [rule.ids.join(', '), rule.says, rule] as const))('%s: %s', (_, __, rule) => {
    const broken = stack
      .all(rule.on)
      .filter((resource) => !rule.holds(resource.config, stack, resource))
      .map((resource) => nameOf(resource, stage))
      .filter((name) => !suppressed(rule.ids, name, stage, encryption));
    expect(broken).toEqual([]);
  });
});

test('every type of resource has its rules, or is known to have none', () => {
  const stack = synthesise('prod', { alarmAddress, encryption: 'customer', authorizer: jwt });
  const types = Object.keys(stack.json['resource'] as object);
  const ruled = new Set(rules.map(({ on }) => on));
  expect(types.filter((type) => !ruled.has(type)).sort()).toEqual(withoutRules);
});

describe('suppressions', () => {
  test.each(suppressions.map((suppression) => [suppression.id, suppression] as const))(
    '%s is needed, and says why',
    (id, suppression) => {
      expect(suppression.reason.length).toBeGreaterThan(20);
      const rule = rules.find(({ ids }) => ids.includes(id));
      const needed = stacks
        .filter(
          ([stage, encryption]) =>
            (suppression.stage ?? stage) === stage && suppression.without !== encryption,
        )
        .some(([stage, , stack]) =>
          stack
            .all(rule!.on)
            .filter((resource) => suppression.name?.test(nameOf(resource, stage)) ?? true)
            .some((resource) => !rule!.holds(resource.config, stack, resource)),
        );
      expect(needed).toBe(true);
    },
  );
});

describe('least privilege', () => {
  const actionsOf = (name: string, service: string, stack: Synthesised = dev) =>
    stack
      .statementsOf(name)
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap(({ Action, Resource }) => Action.map((action) => ({ action, resources: Resource })))
      .filter(({ action }) => action.startsWith(`${service}:`));
  const READS = ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'];

  test('every function and machine has a role of its own', () => {
    const users = [
      ...dev.all('aws_lambda_function').map(({ config }) => config['role'] as string),
      ...dev.all('aws_sfn_state_machine').map(({ config }) => config['role_arn'] as string),
      // A queue takes messages by its own policy, without a role.
      ...dev
        .all('aws_cloudwatch_event_target')
        .flatMap(({ config }) => (config['role_arn'] === undefined ? [] : [config['role_arn'] as string])),
    ];
    expect(new Set(users).size).toBe(users.length);
    expect(dev.all('aws_iam_role')).toHaveLength(users.length);
    expect(dev.all('aws_iam_role_policy_attachment')).toEqual([]);
  });

  test('every resource is exact, but for what has no ARN', () => {
    const wild = dev
      .all('aws_iam_role_policy')
      .flatMap(({ config }) => dev.statementsOf(String(config['name'])))
      .filter(({ Resource }) => Resource.includes('*'))
      .flatMap(({ Action }) => Action);
    expect([...new Set(wild)].sort()).toEqual([
      'dynamodb:ListStreams',
      ...['logs:CreateLogDelivery', 'logs:DeleteLogDelivery', 'logs:DescribeLogGroups'],
      ...['logs:DescribeResourcePolicies', 'logs:GetLogDelivery', 'logs:ListLogDeliveries'],
      ...['logs:PutResourcePolicy', 'logs:UpdateLogDelivery'],
      ...[
        'xray:GetSamplingRules',
        'xray:GetSamplingTargets',
        'xray:PutTelemetryRecords',
        'xray:PutTraceSegments',
      ],
    ]);
  });

  test('a resource ends in a wildcard only if AWS generates the rest of the name', () => {
    const partial = dev
      .all('aws_iam_role_policy')
      .flatMap(({ config }) => dev.statementsOf(String(config['name'])))
      .filter(({ Resource }) => Resource.some((resource) => resource !== '*' && resource.includes('*')))
      .map(({ Sid }) => Sid);
    // Streams of a function's own log group; executions of the STANDARD machine.
    expect([...new Set(partial)].sort()).toEqual(['FollowAppends', 'Log']);
  });

  test('process-event reads the table, and nothing else', () => {
    const granted = actionsOf('process-event', 'dynamodb');
    expect(granted.map(({ action }) => action).sort()).toEqual(READS);
    for (const { action, resources } of granted) {
      expect(resources).toEqual(action === 'dynamodb:Query' ? [table, ...indexes] : [table]);
    }
    const others = dev
      .statementsOf('process-event')
      .flatMap(({ Action }) => Action)
      .filter((action) => !/^(dynamodb|logs|xray|kms):/.test(action));
    expect(others).toEqual([]);
  });

  test('validate-event does not know the table', () => {
    expect(
      dev
        .statementsOf('validate-event')
        .map(({ Sid }) => Sid)
        .sort(),
    ).toEqual(['Log', 'Trace']);
  });

  test('the machines put items, and can not update or delete', () => {
    for (const name of ['append', 'append-async'])
      expect(actionsOf(name, 'dynamodb')).toEqual([{ action: 'dynamodb:PutItem', resources: [table] }]);
  });

  test('repair-log writes in batches, and in the partitions of summaries only', () => {
    expect(
      actionsOf('repair-log', 'dynamodb')
        .map(({ action }) => action)
        .sort(),
    ).toEqual(['dynamodb:BatchWriteItem', ...READS].sort());
    const writing = dev
      .statementsOf('repair-log')
      .find(({ Action }) => Action.includes('dynamodb:BatchWriteItem'));
    expect(writing).toMatchObject({
      Resource: [table],
      Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [' tree#*'] } },
    });
  });

  test('the function that asks for a repair changes after the one that makes it', () => {
    const { id } = dev.named('aws_lambda_function', 'repair-log');
    const { config } = dev.named('aws_lambda_function', 'process-event');
    expect(config['depends_on']).toContain(`aws_lambda_function.${id}`);
  });

  test('the gateway reads, starts executions, and writes closings', () => {
    // Of the log, and of the views.
    expect(
      actionsOf('gateway', 'dynamodb')
        .map(({ action }) => action)
        .sort(),
    ).toEqual([...READS, ...READS, 'dynamodb:DescribeTable', 'dynamodb:PutItem'].sort());
    expect(
      dev.statementsOf('gateway').find(({ Action }) => Action.includes('dynamodb:PutItem')),
    ).toMatchObject({
      Resource: [table],
      Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [' closings'] } },
    });
    const states = 'arn:aws:states:eu-central-1:${data.aws_caller_identity.account.account_id}';
    const [express, standard] = ['append', 'append-async'].map((name) => {
      const full = String(dev.named('aws_sfn_state_machine', name).config['name']);
      return `${states}:stateMachine:${full}`;
    });
    const executions = `${states}:execution:hindsight-dev-append-async:*`;
    expect(actionsOf('gateway', 'states')).toEqual([
      { action: 'states:StartSyncExecution', resources: [express] },
      { action: 'states:StartExecution', resources: [standard] },
      { action: 'states:DescribeExecution', resources: [executions] },
      { action: 'states:DescribeStateMachine', resources: [express, standard] },
    ]);
  });

  test('the indexer reads the log and its stream, writes views, and of the log heartbeats and closings only', () => {
    const views = reference('aws_dynamodb_table', dev.named('aws_dynamodb_table', 'views'), 'arn');
    const granted = actionsOf('index-views', 'dynamodb');
    const written = granted.filter(({ action }) => /Put|Write/.test(action));
    expect(written).toEqual([
      { action: 'dynamodb:PutItem', resources: [table] },
      { action: 'dynamodb:PutItem', resources: [table] },
      { action: 'dynamodb:BatchWriteItem', resources: [views] },
      { action: 'dynamodb:PutItem', resources: [views] },
    ]);
    const beating = dev.statementsOf('index-views').find(({ Sid }) => Sid === 'WriteHeartbeats');
    expect(beating).toMatchObject({
      Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [' beat#*'] } },
    });
    const reporting = dev.statementsOf('index-views').find(({ Sid }) => Sid === 'WriteReports');
    expect(reporting).toMatchObject({
      Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [' closings', ' closing#*'] } },
    });
  });

  test('the bus starts the STANDARD machine, and nothing else', () => {
    const [statement, ...rest] = dev.statementsOf('event-intake');
    expect(statement).toMatchObject({ Action: ['states:StartExecution'] });
    expect(statement?.Resource).toEqual([
      reference('aws_sfn_state_machine', dev.named('aws_sfn_state_machine', 'append-async'), 'arn'),
    ]);
    expect(rest).toEqual([]);
  });

  test('no role may delete, update or scan', () => {
    const all = dev
      .all('aws_iam_role_policy')
      .flatMap(({ config }) => dev.statementsOf(String(config['name'])).flatMap(({ Action }) => Action));
    expect(
      all.filter((action) => /^dynamodb:(Delete|Update|Scan|PartiQL|TransactWrite)/.test(action)),
    ).toEqual([]);
  });
});

describe('guardrails of an account', () => {
  const permissionsBoundary = 'arn:aws:iam::123456789012:policy/boundary';
  const longest = { prefix: 'a'.repeat(20), region: 'ap-southeast-2' };
  const guarded = synthesise('prod', { rolePath: '/stock/', permissionsBoundary, ...longest });

  test('every role has the path and the permissions boundary', () => {
    for (const { config } of guarded.all('aws_iam_role'))
      expect(config).toMatchObject({ path: '/stock/', permissions_boundary: permissionsBoundary });
  });

  test('every role has its region in its name, which is at most 64 characters long', () => {
    for (const { config } of guarded.all('aws_iam_role')) {
      expect(config['name']).toMatch(/-ap-southeast-2$/);
      // A stage may have ten characters, six more than this one.
      expect(String(config['name']).length + 6).toBeLessThanOrEqual(64);
    }
  });

  test('in GovCloud every ARN is in its partition', () => {
    const text = JSON.stringify(synthesise('prod', { region: 'us-gov-west-1', encryption: 'customer' }).json);
    expect(text).toContain('arn:aws-us-gov:');
    expect(text).not.toContain('arn:aws:');
  });
});
