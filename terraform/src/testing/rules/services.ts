import { block, referred, type Rule } from './rule';

/** Secrets have a shape; ARNs, names and levels don't. */
const SECRET = /AKIA[0-9A-Z]{16}|secret|password|token|BEGIN [A-Z ]*PRIVATE KEY/i;

export const rulesOfServices: readonly Rule[] = [
  // DynamoDB
  {
    ids: ['CKV_AWS_28', 'AWS-0024'],
    says: 'tables can be restored to a point in time',
    on: 'aws_dynamodb_table',
    holds: (c) => block(c, 'point_in_time_recovery')['enabled'] === true,
  },
  {
    ids: ['CKV_AWS_119', 'AWS-0025'],
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
    ids: ['CKV_AWS_50', 'AWS-0066'],
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
    ids: ['CKV_AWS_364', 'AWS-0067'],
    says: 'a service invokes for one source only',
    on: 'aws_lambda_permission',
    holds: (c) =>
      /^\$\{aws_(apigatewayv2_api\..+\.execution_arn|cloudwatch_event_rule\..+\.arn)\}/.test(
        String(c['source_arn']),
      ),
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
    ids: ['CKV_AWS_76', 'AWS-0001'],
    says: 'APIs log access',
    on: 'aws_apigatewayv2_stage',
    holds: (c) => referred(block(c, 'access_log_settings')['destination_arn']),
  },
  {
    ids: ['CKV_AWS_309'],
    says: 'routes are authorized',
    on: 'aws_apigatewayv2_route',
    holds: (c) => ['AWS_IAM', 'JWT'].includes(String(c['authorization_type'])),
  },
  {
    ids: ['CKV2_AWS_51'],
    says: 'only WebSocket APIs need certificates of clients',
    on: 'aws_apigatewayv2_api',
    holds: (c) => c['protocol_type'] === 'HTTP',
  },
  // Logs and alarms
  {
    ids: ['CKV_AWS_319'],
    says: 'alarms act',
    on: 'aws_cloudwatch_metric_alarm',
    holds: (c) => c['actions_enabled'] !== false,
  },
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
    ids: ['CKV_AWS_158', 'AWS-0017'],
    says: 'logs are encrypted with a key of the account',
    on: 'aws_cloudwatch_log_group',
    holds: (c) => referred(c['kms_key_id']),
  },
];
