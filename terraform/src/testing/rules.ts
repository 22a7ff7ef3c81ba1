import type { Json, Resource, Statement, Synthesised } from './synthesised';

/** A rule of a public scanner, by its ids there (checkov `CKV…`, trivy `AVD…`). */
export interface Rule {
  readonly ids: readonly string[];
  readonly says: string;
  /** The type of resource that it is about. */
  readonly on: string;
  holds(config: Json, stack: Synthesised, resource: Resource): boolean;
}

const block = (config: Json, name: string): Json => (config[name] ?? {}) as Json;
const statements = (policy: unknown): Statement[] =>
  (JSON.parse(String(policy)) as { Statement: Statement[] }).Statement;
const referred = (value: unknown): boolean => /^\$\{aws_\w+\.[\w-]+\.arn\}$/.test(String(value));
/** Secrets have a shape; ARNs, names and levels don't. */
const SECRET = /AKIA[0-9A-Z]{16}|secret|password|token|BEGIN [A-Z ]*PRIVATE KEY/i;

export const rules: readonly Rule[] = [
  // DynamoDB
  {
    ids: ['CKV_AWS_28', 'AVD-AWS-0024'],
    says: 'tables can be restored to a point in time',
    on: 'aws_dynamodb_table',
    holds: (c) => block(c, 'point_in_time_recovery')['enabled'] === true,
  },
  {
    ids: ['CKV_AWS_119', 'AVD-AWS-0025'],
    says: 'tables are encrypted with a key of the account',
    on: 'aws_dynamodb_table',
    holds: (c) => referred(block(c, 'server_side_encryption')['kms_key_arn']),
  },
  {
    ids: ['CKV2_AWS_16'],
    says: 'tables are on demand or scale',
    on: 'aws_dynamodb_table',
    holds: (c) => c['billing_mode'] === 'PAY_PER_REQUEST',
  },
  // Lambda
  {
    ids: ['CKV_AWS_45'],
    says: 'environments hold no secrets',
    on: 'aws_lambda_function',
    holds: (c) => !SECRET.test(JSON.stringify(block(c, 'environment'))),
  },
  {
    ids: ['CKV_AWS_50', 'AVD-AWS-0066'],
    says: 'functions are traced',
    on: 'aws_lambda_function',
    holds: (c) => block(c, 'tracing_config')['mode'] === 'Active',
  },
  {
    ids: ['CKV_AWS_115'],
    says: 'functions have a limit of their own',
    on: 'aws_lambda_function',
    holds: (c) => typeof c['reserved_concurrent_executions'] === 'number',
  },
  {
    ids: ['CKV_AWS_116'],
    says: 'functions have a dead-letter queue',
    on: 'aws_lambda_function',
    holds: (c) => referred(block(c, 'dead_letter_config')['target_arn']),
  },
  {
    ids: ['CKV_AWS_117'],
    says: 'functions are in a VPC',
    on: 'aws_lambda_function',
    holds: (c) => 'vpc_config' in c,
  },
  {
    ids: ['CKV_AWS_173'],
    says: 'environments are encrypted with a key of the account',
    on: 'aws_lambda_function',
    holds: (c) => referred(c['kms_key_arn']),
  },
  {
    ids: ['CKV_AWS_272'],
    says: 'code is signed',
    on: 'aws_lambda_function',
    holds: (c) => 'code_signing_config_arn' in c,
  },
  {
    ids: ['CKV_AWS_363'],
    says: 'runtimes are maintained',
    on: 'aws_lambda_function',
    holds: (c) => c['runtime'] === 'nodejs22.x',
  },
  {
    ids: ['CKV_AWS_301'],
    says: 'functions are not public',
    on: 'aws_lambda_permission',
    holds: (c) => c['principal'] !== '*',
  },
  {
    ids: ['CKV_AWS_364', 'AVD-AWS-0067'],
    says: 'a service invokes for one source only',
    on: 'aws_lambda_permission',
    holds: (c) => /^\$\{aws_apigatewayv2_api\..+\.execution_arn\}/.test(String(c['source_arn'])),
  },
  // Step Functions
  {
    ids: ['CKV_AWS_284'],
    says: 'machines are traced',
    on: 'aws_sfn_state_machine',
    holds: (c) => block(c, 'tracing_configuration')['enabled'] === true,
  },
  {
    ids: ['CKV_AWS_285'],
    says: 'machines log with the data of executions',
    on: 'aws_sfn_state_machine',
    holds: (c) => block(c, 'logging_configuration')['include_execution_data'] === true,
  },
  // API Gateway
  {
    ids: ['CKV_AWS_95', 'CKV_AWS_76', 'AVD-AWS-0001'],
    says: 'APIs log access',
    on: 'aws_apigatewayv2_stage',
    holds: (c) => referred(block(c, 'access_log_settings')['destination_arn']),
  },
  {
    ids: ['CKV_AWS_309', 'AVD-AWS-0004'],
    says: 'routes are authorised',
    on: 'aws_apigatewayv2_route',
    holds: (c) => ['AWS_IAM', 'JWT'].includes(String(c['authorization_type'])),
  },
  // Logs
  {
    ids: ['CKV_AWS_66'],
    says: 'logs have a retention',
    on: 'aws_cloudwatch_log_group',
    holds: (c) => Number(c['retention_in_days']) > 0,
  },
  {
    ids: ['CKV_AWS_338'],
    says: 'logs are kept for a year',
    on: 'aws_cloudwatch_log_group',
    holds: (c) => Number(c['retention_in_days']) >= 365,
  },
  {
    ids: ['CKV_AWS_158', 'AVD-AWS-0017'],
    says: 'logs are encrypted with a key of the account',
    on: 'aws_cloudwatch_log_group',
    holds: (c) => referred(c['kms_key_id']),
  },
  // IAM
  {
    ids: ['CKV_AWS_60', 'CKV_AWS_61', 'AVD-AWS-0057'],
    says: 'one AWS service takes a role',
    on: 'aws_iam_role',
    holds: (c) =>
      statements(c['assume_role_policy']).every(
        ({ Action, Principal }) =>
          String(Action) === 'sts:AssumeRole' &&
          /^[a-z]+\.amazonaws\.com$/.test(String(Principal?.['Service'])),
      ),
  },
  {
    ids: ['CKV_AWS_62', 'CKV_AWS_63', 'AVD-AWS-0057'],
    says: 'no policy has wildcard actions',
    on: 'aws_iam_role_policy',
    holds: (c) =>
      statements(c['policy']).every(({ Action }) =>
        Action.every((action) => !action.includes('*') || /^kms:\w+\*$/.test(action)),
      ),
  },
  {
    ids: ['CKV_AWS_286', 'CKV_AWS_287', 'CKV_AWS_289'],
    says: 'no policy grants permissions or credentials',
    on: 'aws_iam_role_policy',
    holds: (c) =>
      statements(c['policy']).every(({ Action }) =>
        Action.every((action) => !/^(iam|sts|organizations|secretsmanager|ssm):/.test(action)),
      ),
  },
  {
    ids: ['CKV_AWS_288', 'CKV_AWS_290', 'CKV_AWS_355', 'AVD-AWS-0057'],
    says: 'no policy is about every resource',
    on: 'aws_iam_role_policy',
    holds: (c) => statements(c['policy']).every(({ Resource }) => !Resource.includes('*')),
  },
  // SQS, SNS
  {
    ids: ['CKV_AWS_27', 'AVD-AWS-0096'],
    says: 'queues are encrypted',
    on: 'aws_sqs_queue',
    holds: (c) => c['sqs_managed_sse_enabled'] === true || referred(c['kms_master_key_id']),
  },
  {
    ids: ['CKV_AWS_168', 'AVD-AWS-0097', 'CKV_AWS_72'],
    says: 'queues take what one source sends',
    on: 'aws_sqs_queue_policy',
    holds: (c) =>
      statements(c['policy']).every(
        ({ Action, Principal, Condition }) =>
          String(Action) === 'sqs:SendMessage' &&
          Principal?.['Service'] === 'events.amazonaws.com' &&
          referred(Condition?.['ArnEquals']['aws:SourceArn']),
      ),
  },
  {
    ids: ['CKV_AWS_26', 'AVD-AWS-0095', 'AVD-AWS-0136'],
    says: 'topics are encrypted',
    on: 'aws_sns_topic',
    holds: (c) => referred(c['kms_master_key_id']),
  },
  // KMS
  {
    ids: ['CKV_AWS_7', 'AVD-AWS-0065'],
    says: 'keys are rotated',
    on: 'aws_kms_key',
    holds: (c) => c['enable_key_rotation'] === true,
  },
  {
    ids: ['CKV_AWS_33', 'CKV2_AWS_64'],
    says: 'keys have a policy, and no wildcard in who',
    on: 'aws_kms_key',
    holds: (c) =>
      statements(c['policy']).every(({ Principal }) => !JSON.stringify(Principal).includes('"*"')),
  },
  {
    ids: ['CKV_AWS_227'],
    says: 'keys are enabled',
    on: 'aws_kms_key',
    holds: (c) => c['is_enabled'] !== false,
  },
];
