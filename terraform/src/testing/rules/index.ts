import { rulesOfAccess } from './access';
import { rulesOfServices } from './services';

export const rules = [...rulesOfServices, ...rulesOfAccess];

/** Resource types in the stacks for which neither scanner has a rule, at the versions that were reviewed. */
export const withoutRules: readonly string[] = [
  'aws_apigatewayv2_authorizer',
  'aws_apigatewayv2_integration',
  'aws_cloudwatch_dashboard',
  'aws_cloudwatch_event_bus',
  'aws_cloudwatch_event_rule',
  'aws_cloudwatch_event_target',
  'aws_cloudwatch_log_metric_filter',
  'aws_kms_alias',
  'aws_lambda_event_source_mapping',
  'aws_lambda_function_event_invoke_config',
  'aws_sns_topic_subscription',
];
