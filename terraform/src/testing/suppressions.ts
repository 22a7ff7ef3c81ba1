import type { Stage } from '../settings';

/** A rule that is not applied, and why. */
export interface Suppression {
  readonly id: string;
  /** The resource, by its name in AWS without prefix and stage; absent: all resources of the type. */
  readonly name?: RegExp;
  /** Absent: both stages. */
  readonly stage?: Stage;
  /** Needed only as long as AWS's own keys are used. */
  readonly without?: 'customer';
  readonly reason: string;
}

const OWN_KEY =
  'encrypted with a key of AWS by default; the setting `encryption: "customer"` makes one of the account';

export const suppressions: readonly Suppression[] = [
  { id: 'CKV_AWS_28', stage: 'dev', reason: 'dev is thrown away; prod has it' },
  { id: 'CKV_AWS_119', without: 'customer', reason: OWN_KEY },
  { id: 'CKV_AWS_158', without: 'customer', reason: OWN_KEY },
  {
    id: 'CKV_AWS_26',
    without: 'customer',
    reason:
      'alarms can not publish to a topic under the key of AWS; a notice says that an alarm went off, and no more',
  },
  { id: 'CKV_AWS_338', stage: 'dev', reason: 'no one needs last year’s dev logs' },
  {
    id: 'CKV_AWS_115',
    reason: 'reserving takes from the rest of the account: the setting `reservedConcurrency` does it',
  },
  {
    id: 'CKV_AWS_116',
    name: /^(?!repair-log$)/,
    reason:
      'called synchronously: the caller gets the error; repair-log, the only one that is not, has its queue',
  },
  {
    id: 'CKV_AWS_117',
    reason:
      'calls AWS APIs only, which IAM guards; a VPC would add endpoints to pay for and nothing to keep apart',
  },
  { id: 'CKV_AWS_173', reason: 'names, ARNs and a log level: nothing secret, which CKV_AWS_45 checks' },
  {
    id: 'CKV_AWS_272',
    reason: 'needs a signing profile and a pipeline that signs; the role that deploys is the boundary',
  },
  {
    id: 'CKV_AWS_285',
    reason:
      'the data are the events themselves: they stay in the table unless the setting `logPayloads` says otherwise',
  },
  {
    id: 'CKV_AWS_309',
    name: /^GET \/healthz$/,
    reason: 'load balancers and monitors ask without credentials; the answer contains nothing',
  },
  {
    id: 'CKV_AWS_309',
    name: /^GET \/(p\/.*|assets\/.*)?$/,
    reason: 'where tokens authorize: the files of the page, which contain no data and ask for a token',
  },
  {
    id: 'CKV_AWS_309',
    name: /^OPTIONS /,
    reason:
      'with the setting `corsOrigins`: browsers ask without credentials; the answer lists the allowed origins',
  },
  {
    id: 'CKV_AWS_355',
    reason:
      'traces and deliveries of logs have no ARN; the test of wildcard resources lists every such action',
  },
];
