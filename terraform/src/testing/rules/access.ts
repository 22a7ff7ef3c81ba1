import { referred, statements, type Rule } from './rule';

export const rulesOfAccess: readonly Rule[] = [
  // IAM
  {
    ids: ['CKV_AWS_60', 'CKV_AWS_61'],
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
    ids: ['CKV_AWS_274', 'CKV2_AWS_56'],
    says: 'no role has policies of AWS',
    on: 'aws_iam_role',
    holds: (c, stack) =>
      !('managed_policy_arns' in c) && stack.all('aws_iam_role_policy_attachment').length === 0,
  },
  {
    ids: ['CKV_AWS_62', 'CKV_AWS_63', 'CKV2_AWS_40'],
    says: 'no policy has wildcard actions',
    on: 'aws_iam_role_policy',
    holds: (c) =>
      statements(c['policy']).every(({ Action }) =>
        Action.every((action) => !action.includes('*') || /^kms:\w+\*$/.test(action)),
      ),
  },
  {
    ids: ['CKV_AWS_286', 'CKV_AWS_287', 'CKV_AWS_288', 'AWS-0342'],
    says: 'no policy grants more permissions, credentials or the data of others',
    on: 'aws_iam_role_policy',
    holds: (c) =>
      statements(c['policy']).every(({ Action }) =>
        Action.every((action) => !/^(iam|sts|organizations|secretsmanager|ssm|s3|rds):/.test(action)),
      ),
  },
  {
    ids: ['CKV_AWS_289', 'CKV_AWS_290', 'CKV_AWS_355'],
    says: 'no policy writes, grants or reads without naming what',
    on: 'aws_iam_role_policy',
    holds: (c) => statements(c['policy']).every(({ Resource }) => !Resource.includes('*')),
  },
  // SQS, SNS
  {
    ids: ['CKV_AWS_27', 'AWS-0096'],
    says: 'queues are encrypted',
    on: 'aws_sqs_queue',
    holds: (c) => c['sqs_managed_sse_enabled'] === true || referred(c['kms_master_key_id']),
  },
  {
    ids: ['CKV2_AWS_73', 'AWS-0135'],
    says: 'queues under a key of KMS are under one of the account',
    on: 'aws_sqs_queue',
    holds: (c) => !('kms_master_key_id' in c) || referred(c['kms_master_key_id']),
  },
  {
    ids: ['CKV_AWS_72', 'CKV_AWS_168', 'CKV_AWS_387', 'AWS-0097'],
    says: 'queues take what one source sends',
    on: 'aws_sqs_queue',
    holds: (c) =>
      statements(c['policy']).every(
        ({ Action, Principal, Condition }) =>
          String(Action) === 'sqs:SendMessage' &&
          Principal?.['Service'] === 'events.amazonaws.com' &&
          /^arn:aws:events:[^*]+:rule\/[^*]+$/.test(Condition?.['ArnEquals']['aws:SourceArn']),
      ),
  },
  {
    ids: ['CKV_AWS_26', 'AWS-0095', 'AWS-0136'],
    says: 'topics are encrypted',
    on: 'aws_sns_topic',
    holds: (c) => referred(c['kms_master_key_id']),
  },
  // KMS
  {
    ids: ['CKV_AWS_7', 'AWS-0065'],
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
