import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registry } from '@hindsight/domain';
import { failures, refusals } from '@hindsight/workflow';
import { scopes, type Overrides } from './settings';
import { reference, synthesise, type Json } from './testing/synthesised';

const dev = synthesise('dev');

describe('the API', () => {
  test('is authorized by IAM, or by a token', () => {
    const routes = (stack = dev) =>
      Object.fromEntries(
        stack
          .all('aws_apigatewayv2_route')
          .map(({ config }) => [config['route_key'], config['authorization_type']]),
      );
    expect(routes()).toEqual({ $default: 'AWS_IAM', 'GET /healthz': 'NONE' });
    const jwt = { type: 'jwt' as const, issuer: 'https://issuer.example.com/', audience: ['stock'] };
    const byToken = synthesise('dev', { authorizer: jwt });
    const pages = { 'GET /': 'NONE', 'GET /p/{proxy+}': 'NONE', 'GET /assets/{proxy+}': 'NONE' };
    expect(routes(byToken)).toEqual({ $default: 'JWT', 'GET /healthz': 'NONE', ...pages });
    expect(byToken.only('aws_apigatewayv2_authorizer').config).toMatchObject({
      authorizer_type: 'JWT',
      jwt_configuration: { issuer: jwt.issuer, audience: jwt.audience },
    });
  });

  test('admits callers that have a scope, and passes on to the gateway how to read scopes', () => {
    const variables = (authorizer: NonNullable<Overrides['common']>['authorizer']) => {
      const stack = synthesise('dev', { authorizer });
      const [route] = stack
        .all('aws_apigatewayv2_route')
        .filter(({ config }) => config['route_key'] === '$default');
      const { environment } = stack.named('aws_lambda_function', 'gateway').config;
      return [route?.config['authorization_scopes'], environment.variables as Json] as const;
    };
    const jwt = { type: 'jwt' as const, issuer: 'https://issuer.example.com/', audience: ['stock'] };
    const [plain, none] = variables(jwt);
    expect(plain).toEqual([...scopes]);
    expect(none).not.toHaveProperty('JWT_SCOPE_PREFIX');
    const [prefixed, named] = variables({ ...jwt, scopePrefix: 'stock/' });
    expect(prefixed).toEqual(scopes.map((scope) => `stock/${scope}`));
    expect(named).toMatchObject({ JWT_SCOPE_PREFIX: 'stock/' });
    const [byIam, all] = variables({ type: 'iam' });
    expect(byIam).toBeUndefined();
    expect(all).not.toHaveProperty('IAM_SCOPES');
    expect(variables({ type: 'iam', scopes: ['state:read'] })[1]).toMatchObject({ IAM_SCOPES: 'state:read' });
  });

  test('has the scopes of the gateway', () => {
    const source = readFileSync(join(__dirname, '../../packages/api/src/scopes.ts'), 'utf8');
    expect(source).toContain(`scopes = [${scopes.map((scope) => `'${scope}'`).join(', ')}]`);
  });

  test('answers CORS preflight requests if other origins are allowed', () => {
    const stack = synthesise('dev', { corsOrigins: ['https://shop.example', 'https://till.example'] });
    const preflight = stack
      .all('aws_apigatewayv2_route')
      .filter(({ config }) => String(config['route_key']).startsWith('OPTIONS'));
    expect(preflight.map(({ config }) => config['authorization_type'])).toEqual(['NONE']);
    const { environment } = stack.named('aws_lambda_function', 'gateway').config;
    expect(environment.variables).toMatchObject({
      CORS_ORIGINS: 'https://shop.example,https://till.example',
    });
    expect(dev.named('aws_lambda_function', 'gateway').config['environment'].variables).not.toHaveProperty(
      'CORS_ORIGINS',
    );
  });

  test('is throttled and logged', () => {
    const throttling = { rate: 7, burst: 9 };
    const { config } = synthesise('dev', { throttling }).only('aws_apigatewayv2_stage');
    expect(config).toMatchObject({
      default_route_settings: { throttling_rate_limit: 7, throttling_burst_limit: 9 },
      access_log_settings: { format: expect.stringContaining('$context.requestId') },
      // Nobody needs a right to ask it: it takes a tenth at most.
      route_settings: [
        {
          route_key: expect.stringContaining('http_health') as string,
          throttling_rate_limit: 1,
          throttling_burst_limit: 1,
        },
      ],
    });
  });
});

describe('the bus', () => {
  test('starts the STANDARD machine for product events, and keeps what it could not deliver', () => {
    const rule = dev.named('aws_cloudwatch_event_rule', 'product-events').config;
    expect(JSON.parse(rule['event_pattern'] as string)).toEqual({
      detail: { ProductEvent: { eventType: [{ exists: true }] } },
    });
    const [target] = dev
      .all('aws_cloudwatch_event_target')
      .map(({ config }) => config)
      .filter((config) => config['target_id'] === 'append');
    expect(target).toMatchObject({
      arn: reference('aws_sfn_state_machine', dev.named('aws_sfn_state_machine', 'append-async'), 'arn'),
      dead_letter_config: { arn: reference('aws_sqs_queue', dev.only('aws_sqs_queue'), 'arn') },
    });
    const [statement] = (JSON.parse(dev.only('aws_sqs_queue').config['policy'] as string) as Json)[
      'Statement'
    ];
    const { event_bus_name: bus, name } = rule;
    const intakeBus = dev
      .all('aws_cloudwatch_event_bus')
      .find(({ config }) => config['name'] === 'hindsight-dev') as ReturnType<typeof dev.only>;
    expect(bus).toBe(reference('aws_cloudwatch_event_bus', intakeBus, 'name'));
    const busName = String(intakeBus.config['name']);
    const [ofProducts] = statement.Condition.ArnEquals['aws:SourceArn'] as string[];
    expect(ofProducts).toMatch(
      new RegExp(`^arn:aws:events:eu-central-1:.*:rule/${busName}/${String(name)}$`),
    );
    // The workflow reads the envelope itself.
    expect(target).not.toHaveProperty('input_transformer');
  });

  test('sends what is no product event to the dead-letter queue, whose alarm reports it', () => {
    const { config: rule } = dev.named('aws_cloudwatch_event_rule', 'unmatched-events');
    expect(JSON.parse(rule['event_pattern'] as string)).toEqual({
      detail: { ProductEvent: { eventType: [{ exists: false }] } },
    });
    const queue = dev.only('aws_sqs_queue');
    const [target] = dev
      .all('aws_cloudwatch_event_target')
      .filter(({ config }) => config['target_id'] === 'dead-letters');
    expect(target?.config['arn']).toBe(reference('aws_sqs_queue', queue, 'arn'));
    const [statement] = (JSON.parse(queue.config['policy'] as string) as Json)['Statement'];
    expect(statement.Condition.ArnEquals['aws:SourceArn'][1]).toMatch(/unmatched-events$/);
  });
});

describe('alarms', () => {
  test('are there for failures, throttles, latency, exhausted conflicts and dead letters', () => {
    const names = dev
      .all('aws_cloudwatch_metric_alarm')
      .map(({ config }) => String(config['alarm_name']).slice('hindsight-dev-'.length));
    expect(names.sort()).toEqual(
      [
        ...['api-faults', 'api-latency', 'append-latency', 'dead-letters', 'functions-throttled-1'],
        ...['bus-refusals', 'gateway-errors', 'product-size', 'repair-errors', 'table-throttles'],
        ...['views-errors', 'views-heartbeat', 'views-iterator-age', 'views-lag'],
        ...['views-not-delivered', 'views-set-aside'],
        ...['express', 'standard'].flatMap((type) =>
          ['contention', 'faults', 'throttles', 'timeouts'].map((what) => `${type}-${what}`),
        ),
      ].sort(),
    );
  });

  test('count every failed execution that is not refused by name', () => {
    const patterns = dev
      .all('aws_cloudwatch_log_metric_filter')
      .filter(({ config }) => String(config['name']).endsWith('faults'))
      .map(({ config }) => String(config['pattern']));
    expect(patterns.length).toBe(2);
    const excluded = new Set<string>([...refusals, 'Contention']);
    for (const pattern of patterns) {
      const named = [...pattern.matchAll(/error != "(\w+)"/g)].map(([, name]) => name);
      expect(new Set(named)).toEqual(excluded);
      // What CloudWatch accepts.
      expect(pattern.length).toBeLessThan(1024);
    }
    const faults = Object.keys(failures).filter((name) => !excluded.has(name));
    expect(faults.sort()).toEqual(
      ['CodeTooOld', 'ProcessingFailed', 'ProductFull', 'StoreUnavailable', 'WriteRejected'].sort(),
    );
  });

  test('send mail to the address that is set', () => {
    expect(dev.all('aws_sns_topic')).toEqual([]);
    const stack = synthesise('dev', { alarmAddress: 'alarms@example.com' });
    expect(stack.only('aws_sns_topic_subscription').config).toMatchObject({
      protocol: 'email',
      endpoint: 'alarms@example.com',
    });
    const topic = reference('aws_sns_topic', stack.only('aws_sns_topic'), 'arn');
    for (const { config } of stack.all('aws_cloudwatch_metric_alarm')) {
      expect(config).toMatchObject({ alarm_actions: [topic], ok_actions: [topic] });
    }
  });

  test('or warn at synthesis that they reach no one', () => {
    const warnings = (stack: typeof dev) =>
      stack.stack.node.metadata.filter(({ type }) => type === '@cdktf/warn').map(({ data }) => String(data));
    expect(warnings(dev)).toEqual([
      'the alarms of hindsight-dev notify no one: set alarmAddress or alarmTopicArn',
    ]);
    expect(warnings(synthesise('dev', { alarmAddress: 'alarms@example.com' }))).toEqual([]);
  });

  test('or to a topic that exists', () => {
    const alarmTopicArn = 'arn:aws:sns:eu-central-1:123456789012:on-call';
    const stack = synthesise('dev', { alarmTopicArn });
    expect(stack.all('aws_sns_topic')).toEqual([]);
    for (const { config } of stack.all('aws_cloudwatch_metric_alarm'))
      expect(config).toMatchObject({ alarm_actions: [alarmTopicArn], ok_actions: [alarmTopicArn] });
  });

  test('add up at most ten metrics, which is what AWS takes', () => {
    const [first] = registry.types;
    const types = Array.from({ length: 25 }, (_, index) => ({ ...first!, name: `type${index}` }));
    const stack = synthesise('dev', {}, { ...registry, types, get: () => undefined });
    for (const { config } of stack.all('aws_cloudwatch_metric_alarm')) {
      expect(
        (config['metric_query'] as Json[]).filter(({ metric }) => metric !== undefined).length,
      ).toBeLessThanOrEqual(10);
    }
  });
});

describe('state', () => {
  test('is a local file, or an object in S3 with its lock file next to it', () => {
    expect(dev.json['terraform'].backend.local.path).toMatch(
      /\/terraform\.dev\.hindsight\.eu-central-1\.tfstate$/,
    );
    const state = { backend: 's3', bucket: 'my-state', region: 'eu-west-1' } as const;
    expect(synthesise('prod', { state }).json['terraform'].backend).toEqual({
      s3: {
        bucket: 'my-state',
        region: 'eu-west-1',
        key: 'hindsight/eu-central-1/prod.tfstate',
        encrypt: true,
        use_lockfile: true,
      },
    });
    const elsewhere = { ...state, endpoint: 'https://s3.example.com' };
    expect(synthesise('prod', { state: elsewhere }).json['terraform'].backend.s3).toMatchObject({
      endpoints: { s3: 'https://s3.example.com' },
      use_path_style: true,
      use_lockfile: true,
    });
  });

  test('is one for each account, if the settings name it; Terraform then changes no other account', () => {
    const { json } = synthesise('prod', { account: '123456789012' });
    expect(json['terraform'].backend.local.path).toMatch(
      /terraform\.prod\.hindsight\.123456789012-eu-central-1\.tfstate$/,
    );
    expect(json['provider'].aws[0]).toMatchObject({ allowed_account_ids: ['123456789012'] });
  });

  describe('of a deployed stage refuses, before Terraform runs,', () => {
    const directory = mkdtempSync(join(tmpdir(), 'hindsight-state-'));
    const state = { backend: 'local' as const, directory };
    const write = (name: string, resources: object[]) =>
      writeFileSync(join(directory, `terraform.dev.${name}.tfstate`), JSON.stringify({ resources }));
    afterAll(() => rmSync(directory, { recursive: true }));

    test.each([
      ['another prefix', { prefix: 'stock' }],
      ['another region', { region: 'eu-west-1' }],
      ['another account', { account: '123456789012' }],
    ])('%s', (_, changed) => {
      write('hindsight.eu-central-1', [{ type: 'aws_dynamodb_table' }]);
      expect(() => synthesise('dev', { state })).not.toThrow();
      expect(() => synthesise('prod', { state, ...changed })).not.toThrow();
      expect(() => synthesise('dev', { state, ...changed })).toThrow(
        /dev is deployed with another prefix, account or region.*terraform\.dev\.hindsight\.eu-central-1\.tfstate/,
      );
      write('hindsight.eu-central-1', []);
      expect(() => synthesise('dev', { state, ...changed })).not.toThrow();
    });
  });
});
