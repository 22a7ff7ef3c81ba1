import { registry, type Registry } from '@hindsight/domain';
import { keySchema, tableDefinition } from '@hindsight/event-log';
import { functionNames, processStateOf, stateMachineDefinition } from '@hindsight/workflow';
import { DynamodbTable, LambdaFunction, SfnStateMachine } from './aws';
import { Testing } from './testing/cdktf';
import { reference, synthesise, type Json } from './testing/synthesised';

const dev = synthesise('dev');
const prod = synthesise('prod');
const allFunctions = [...functionNames, 'gateway', 'index-views'];

describe('the table', () => {
  test('has the keys and indexes of the code', () => {
    const { config } = dev.named('aws_dynamodb_table', 'events');
    const definition = tableDefinition('hindsight-dev-events');
    expect(config).toMatchObject({ hash_key: keySchema.partitionKey, range_key: keySchema.sortKey });
    const attributes = (config['attribute'] as Json[]).map(({ name, type }) => ({
      AttributeName: name,
      AttributeType: type,
    }));
    expect(attributes).toEqual(definition.AttributeDefinitions);
    const indexes = (config['local_secondary_index'] as Json[]).map((index) => ({
      IndexName: index['name'],
      KeySchema: [
        { AttributeName: config['hash_key'], KeyType: 'HASH' },
        { AttributeName: index['range_key'], KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: index['projection_type'] },
    }));
    expect(indexes).toEqual(definition.LocalSecondaryIndexes);
  });

  test('is on demand, has a stream, and forgets nothing', () => {
    for (const { stack, named } of [dev, prod]) {
      expect(Testing.synth(stack)).toHaveResourceWithProperties(DynamodbTable, {
        billing_mode: 'PAY_PER_REQUEST',
        stream_enabled: true,
      });
      expect(named('aws_dynamodb_table', 'events').config).not.toHaveProperty('ttl');
    }
  });

  test('in prod can be restored, and neither deleted nor replaced', () => {
    expect(prod.named('aws_dynamodb_table', 'events').config).toMatchObject({
      point_in_time_recovery: { enabled: true },
      deletion_protection_enabled: true,
      lifecycle: { prevent_destroy: true },
    });
    expect(dev.named('aws_dynamodb_table', 'events').config).not.toHaveProperty('lifecycle');
  });

  test('is taken over from an earlier deployment', () => {
    const [imported] = synthesise('prod', { adoptTable: true }).json['import'] as Json[];
    expect(imported).toMatchObject({ to: 'aws_dynamodb_table.event_log', id: 'hindsight-prod-events' });
  });

  test('can have fixed capacity', () => {
    const capacity = { mode: 'provisioned', reads: 10, writes: 20 } as const;
    expect(synthesise('dev', { capacity }).named('aws_dynamodb_table', 'events').config).toMatchObject({
      billing_mode: 'PROVISIONED',
      read_capacity: 10,
      write_capacity: 20,
    });
  });
});

describe('the indexer', () => {
  test('follows the stream of the log, one batch of a shard at a time, and skips what is no event', () => {
    const { config } = dev.only('aws_lambda_event_source_mapping');
    const log = dev.named('aws_dynamodb_table', 'events');
    expect(config).toMatchObject({
      event_source_arn: reference('aws_dynamodb_table', log, 'stream_arn'),
      starting_position: 'TRIM_HORIZON',
      parallelization_factor: 1,
      bisect_batch_on_function_error: true,
      maximum_retry_attempts: -1,
      function_response_types: ['ReportBatchItemFailures'],
    });
    expect(JSON.stringify(config)).toContain('aws_sqs_queue');
    expect(JSON.stringify(config['filter_criteria'])).toContain('v#');
  });

  test('writes a table with the keys and indexes of the code', () => {
    const { config } = dev.named('aws_dynamodb_table', 'views');
    expect(config).toMatchObject({ hash_key: 'view', range_key: 'key' });
    expect((config['local_secondary_index'] as Json[]).map((index) => index['range_key'])).toEqual([
      'byQuantity',
      'byChanged',
    ]);
  });
});

describe('the functions', () => {
  test('are the gateway and those of the workflow', () => {
    const names = dev.all('aws_lambda_function').map(({ config }) => String(config['function_name']));
    expect(names.sort()).toEqual(allFunctions.map((name) => `hindsight-dev-${name}`).sort());
  });

  test('are arm64 on nodejs22.x, with source maps and a log group of their own', () => {
    for (const { config } of dev.all('aws_lambda_function')) {
      expect(config).toMatchObject({
        architectures: ['arm64'],
        runtime: 'nodejs22.x',
        handler: 'index.handler',
        environment: { variables: { NODE_OPTIONS: '--enable-source-maps' } },
      });
      const group = dev
        .all('aws_cloudwatch_log_group')
        .find((candidate) => candidate.config['name'] === `/aws/lambda/${String(config['function_name'])}`);
      expect(config['logging_config'].log_group).toBe(reference('aws_cloudwatch_log_group', group!, 'name'));
    }
  });

  test('write as much into their logs as is set', () => {
    for (const stack of [dev, synthesise('dev', { logLevel: 'error' })]) {
      const levels = stack
        .all('aws_lambda_function')
        .map(({ config }) => config['environment'].variables['LOG_LEVEL'] as unknown);
      expect(new Set(levels)).toEqual(new Set([stack === dev ? 'info' : 'error']));
    }
  });

  test('know the table, the machines and what to do about conflicts', () => {
    const table = '${aws_dynamodb_table.event_log.name}';
    const variables = (name: string, stack = dev) =>
      stack.named('aws_lambda_function', name).config['environment'].variables;
    expect(variables('process-event')).toMatchObject({ TABLE_NAME: table });
    expect(variables('repair-log')).toMatchObject({ TABLE_NAME: table });
    expect(variables('validate-event')).not.toHaveProperty('TABLE_NAME');
    expect(variables('validate-event')['EVENT_RULE']).toBe(
      dev.named('aws_cloudwatch_event_rule', 'product-events').config['name'],
    );
    expect(variables('validate-event', synthesise('dev', { onConflict: 'flag' }))).toMatchObject({
      ON_CONFLICT: 'flag',
    });
    expect(variables('gateway')).toMatchObject({
      TABLE_NAME: table,
      METRICS_NAMESPACE: 'hindsight-dev',
      STATE_MACHINE_ARN: expect.stringMatching(/:stateMachine:hindsight-dev-append$/) as string,
      ASYNC_STATE_MACHINE_ARN: expect.stringMatching(/:stateMachine:hindsight-dev-append-async$/) as string,
    });
  });

  test('that read are updated before those that write, and both before the machines', () => {
    const after = (type: string, name: string) => dev.named(type, name).config['depends_on'] as string[];
    const lambda = (name: string) => `aws_lambda_function.${dev.named('aws_lambda_function', name).id}`;
    expect(after('aws_lambda_function', 'validate-event')).toContain(lambda('gateway'));
    expect(after('aws_lambda_function', 'process-event')).toEqual(
      expect.arrayContaining([lambda('gateway'), lambda('repair-log')]),
    );
    const { definition } = dev.named('aws_sfn_state_machine', 'append').config;
    expect(definition).toContain(lambda('process-event'));
  });

  test('have reserved concurrency if the settings say so', () => {
    const reserved = synthesise('dev', { reservedConcurrency: { gateway: 50, tasks: 50 } });
    const of = (name: string) =>
      reserved.named('aws_lambda_function', name).config['reserved_concurrent_executions'] as number;
    expect([of('gateway'), of('process-event')]).toEqual([50, 50]);
    expect(Testing.synth(dev.stack)).not.toHaveResourceWithProperties(LambdaFunction, {
      reserved_concurrent_executions: 50,
    });
  });
});

describe('the state machines', () => {
  test('are one document, EXPRESS and STANDARD, logged and traced', () => {
    const express = dev.named('aws_sfn_state_machine', 'append').config;
    const standard = dev.named('aws_sfn_state_machine', 'append-async').config;
    expect([express['type'], standard['type']]).toEqual(['EXPRESS', 'STANDARD']);
    expect(standard['definition']).toEqual(express['definition']);
    expect(Testing.synth(dev.stack)).toHaveResourceWithProperties(SfnStateMachine, {
      tracing_configuration: { enabled: true },
      logging_configuration: expect.objectContaining({ level: 'ERROR', include_execution_data: false }),
    });
  });

  test('are the document of the workflow, with the functions of this stack', () => {
    const arnOf = (name: string) =>
      reference('aws_lambda_function', dev.named('aws_lambda_function', name), 'arn');
    const { definition } = dev.named('aws_sfn_state_machine', 'append').config;
    const bus = reference(
      'aws_cloudwatch_event_bus',
      dev.named('aws_cloudwatch_event_bus', 'recorded'),
      'name',
    );
    expect(JSON.parse(definition as string)).toEqual(stateMachineDefinition(registry, arnOf, bus));
  });

  test('route every event type to the function that processes all, and may invoke no others', () => {
    const { States } = JSON.parse(
      dev.named('aws_sfn_state_machine', 'append').config['definition'] as string,
    ) as Json;
    const arnOf = (name: string) =>
      reference('aws_lambda_function', dev.named('aws_lambda_function', name), 'arn');
    for (const type of registry.types)
      expect(States[processStateOf(type)]).toMatchObject({ Resource: arnOf('process-event') });
    for (const machine of ['append', 'append-async']) {
      const invoking = dev.statementsOf(machine).find(({ Sid }) => Sid === 'InvokeTasks');
      expect(invoking?.Resource).toEqual(functionNames.map(arnOf));
    }
  });

  test('log what executions carry only if the settings say so', () => {
    const withPayloads = synthesise('dev', { logPayloads: true }).named(
      'aws_sfn_state_machine',
      'append',
    ).config;
    expect(withPayloads['logging_configuration'].include_execution_data).toBe(true);
  });
});

describe('a new event type', () => {
  const [first] = registry.types;
  const types = [...registry.types, { ...first!, name: 'productReturned' }];
  const more: Registry = { ...registry, types, get: (name) => types.find((type) => type.name === name) };

  test('gets its route and its state, and adds no resource', () => {
    const stack = synthesise('dev', {}, more);
    const { definition } = stack.named('aws_sfn_state_machine', 'append').config;
    expect(definition).toContain('ProcessProductReturned');
    const idsOf = ({ json }: typeof dev) =>
      Object.values(json['resource'] as Json).flatMap((resources) => Object.keys(resources as Json));
    expect(idsOf(stack)).toEqual(idsOf(dev));
  });
});

test('the longest prefix leaves names of functions and roles within the 64 characters that AWS allows', () => {
  const stack = synthesise('prod', { prefix: 'p'.repeat(20) });
  const names = [
    ...stack.all('aws_lambda_function').map(({ config }) => String(config['function_name'])),
    ...stack.all('aws_iam_role').map(({ config }) => String(config['name'])),
  ];
  expect(Math.max(...names.map(({ length }) => length))).toBeLessThanOrEqual(64);
});
