import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import { beyondFunctions, withinFunctions } from './concurrency';

/** The retention periods that CloudWatch supports, in days. */
const RETENTIONS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const name = (pattern: RegExp, rule: string) => z.string().regex(pattern, rule);
const concurrency = z.int().min(1).max(1_000_000);

/** The gateway's scopes. */
export const scopes = ['state:read', 'events:write', 'events:write:late', 'events:write:closed'] as const;

/** People sign in on the explorer, with the issuer of the tokens; OpenID Connect, code flow with PKCE. */
const signIn = z.strictObject({
  /** Of a public client of the issuer, whose only redirect URI is the address of the API with a slash. */
  clientId: z.string().min(1),
  /** By default those of the API, with the prefix. */
  scopes: z
    .array(z.string().regex(/^[\x21\x23-\x2b\x2d-\x5b\x5d-\x7e]+$/, 'must be a word'))
    .min(1)
    .optional(),
  /** Further parameters, such as `{"audience":"stock"}`. */
  parameters: z.record(z.string().min(1), z.string()).optional(),
  /** Of the token endpoint, if it is not the issuer's, as with Cognito. */
  tokenOrigin: z
    .string()
    .regex(/^https:\/\/[\w.-]+(:\d+)?$/, 'must be like https://login.example.com')
    .optional(),
});

const authorizer = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('iam'),
    /** Of every caller that IAM authorizes; by default all. */
    scopes: z.array(z.enum(scopes)).min(1).optional(),
  }),
  z.strictObject({
    type: z.literal('jwt'),
    /** As in the `iss` of the tokens; its `/.well-known/openid-configuration` must answer. */
    issuer: z.url({ protocol: /^https$/, error: 'must be an https URL' }),
    /** A token must have one of these in `aud` (or, without `aud`, in `client_id`). */
    audience: z.array(z.string().min(1)).min(1),
    /** The issuer's prefix of scope names, such as `https://api.example.com/`. */
    scopePrefix: z.string().min(1).optional(),
    signIn: signIn.optional(),
  }),
]);

const capacity = z.discriminatedUnion('mode', [
  z.strictObject({ mode: z.literal('on-demand') }),
  /** Fixed units a second, for a load that is steady and known; nothing scales them. */
  z.strictObject({ mode: z.literal('provisioned'), reads: z.int().min(1), writes: z.int().min(1) }),
]);

const state = z.discriminatedUnion('backend', [
  /** A file for each deployment in `directory`; by default in terraform/. */
  z.strictObject({ backend: z.literal('local'), directory: z.string().min(1).optional() }),
  /**
   * One object for each deployment, with its lock file next to it. The bucket must exist.
   */
  z.strictObject({
    backend: z.literal('s3'),
    bucket: z.string().min(3),
    region: z.string().min(1),
    /** Of a store that speaks S3 and is not AWS's. */
    endpoint: z.url({ protocol: /^https?$/, error: 'must be a URL' }).optional(),
  }),
]);

const arn = (service: string, example: string) =>
  z.string().regex(new RegExp(`^arn:aws(-us-gov)?:${service}:`), `must be an ARN, such as ${example}`);

/** The partition of a region, as ARNs say it; undefined: not supported. */
export function partitionOf(region: string): 'aws' | 'aws-us-gov' | undefined {
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  return /^(cn|us-iso|us-isob|eu-isoe|us-isof|eusc)-/.test(region) ? undefined : 'aws';
}

const schema = z.strictObject({
  region: name(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region, such as eu-central-1').refine(
    (region) => partitionOf(region) !== undefined,
    'is in a partition that this stack does not support: it has run in aws and is written for aws-us-gov',
  ),
  /** The only account that Terraform may change. Absent: the account of the credentials. */
  account: name(/^\d{12}$/, 'must be the 12 digits of an account').optional(),
  /** All names begin with `<prefix>-<stack>-`. */
  prefix: name(/^[a-z][a-z0-9-]{1,18}[a-z0-9]$/, 'must be 3 to 20 of a-z, 0-9 and -, from a letter on'),
  /** The path of all roles. */
  rolePath: name(/^\/([\w+=,.@-]{1,64}\/){0,4}$/, 'must begin and end with a slash, such as /hindsight/'),
  /** The policy that limits all roles. */
  permissionsBoundary: arn('iam', 'arn:aws:iam::123456789012:policy/boundary').optional(),
  /** The table of the log, for example one that was restored from a backup. Absent: `<prefix>-<stack>-events`. */
  tableName: name(/^[\w.-]{3,255}$/, 'must be 3 to 255 of a-z, A-Z, 0-9, _, - and .').optional(),
  capacity,
  /** Of all logs, in days. */
  logRetention: z
    .int()
    .refine((days) => RETENTIONS.includes(days), `must be one of ${RETENTIONS.join(', ')}`),
  /** Restores the table to any second of the last 35 days. */
  pointInTimeRecovery: z.boolean(),
  /** Neither AWS nor Terraform removes or replaces the table. */
  deletionProtection: z.boolean(),
  /** Imports a table that an earlier deployment retained. */
  adoptTable: z.boolean(),
  /**
   * The owner of the key that encrypts the table, logs, queues, the bus and the STANDARD state machine: AWS, or
   * this account, with a key created here.
   */
  encryption: z.enum(['aws', 'customer']),
  authorizer,
  /** Of web pages that may use the API from a browser, or `*`. */
  corsOrigins: z.array(name(/^(\*|https?:\/\/[^/]+)$/, 'must be like https://shop.example, or *')),
  /** Of dates without a time, in requests that name no time zone; an IANA name or an offset. */
  timeZone: name(
    /^([A-Za-z][\w+/-]*|[+-]\d{2}:\d{2})$/,
    'must be a time zone such as Europe/Berlin or +02:00',
  ),
  /** Of amounts without a currency, if their product has none. */
  defaultCurrency: name(/^[A-Z]{3}$/, 'must be an ISO 4217 code, such as EUR'),
  /** Requests a second, and at once, over all of the API. */
  throttling: z.strictObject({ rate: z.int().min(1), burst: z.int().min(1) }),
  /** The email address for alarms and recoveries. The recipient must confirm the subscription. */
  alarmAddress: z.email().optional(),
  /** An SNS topic of the account that gets alarms and recoveries. */
  alarmTopicArn: arn('sns', 'arn:aws:sns:eu-central-1:123456789012:on-call').optional(),
  /** Functions that the account runs at once: its Lambda limit. A new account may have 10. */
  functionsAtOnce: z.int().min(10).max(1_000_000),
  /** Instances kept for, and granted at most to, the gateway and each of the workflow's functions. */
  reservedConcurrency: z.strictObject({ gateway: concurrency.optional(), tasks: concurrency.optional() }),
  /** Logs the data of executions, including the events themselves. */
  logPayloads: z.boolean(),
  logLevel: z.enum(['error', 'warn', 'info', 'debug']),
  /** The conflict policy for an event that violates an invariant, if its request does not specify one. */
  onConflict: z.enum(['reject', 'flag']),
  /** Hours from now, into the past and the future, for which the scope `events:write` is sufficient. */
  lateToleranceHours: z.int().min(0).max(999_999),
  tags: z.record(z.string().min(1).max(128), z.string().max(256)),
  state,
});

/** The settings of a deployment. */
export type Settings = z.infer<typeof schema>;

/** The name of a stack: `dev`, `prod`, or one of the settings' own `stages`. */
export type Stage = string;

const common: Settings = {
  region: 'eu-central-1',
  prefix: 'hindsight',
  rolePath: '/',
  capacity: { mode: 'on-demand' },
  logRetention: 14,
  pointInTimeRecovery: false,
  deletionProtection: false,
  adoptTable: false,
  encryption: 'aws',
  authorizer: { type: 'iam' },
  corsOrigins: [],
  timeZone: 'UTC',
  defaultCurrency: 'USD',
  throttling: { rate: 100, burst: 200 },
  functionsAtOnce: 1000,
  reservedConcurrency: {},
  logPayloads: false,
  logLevel: 'info',
  onConflict: 'reject',
  lateToleranceHours: 24,
  tags: {},
  state: { backend: 'local' },
};

const defaults: Record<'dev' | 'prod', Settings> = {
  dev: common,
  prod: {
    ...common,
    logRetention: 365,
    pointInTimeRecovery: true,
    deletionProtection: true,
    throttling: { rate: 1000, burst: 400 },
  },
};

const stageName = name(/^[a-z][a-z0-9-]{0,9}$/, 'must be 1 to 10 of a-z, 0-9 and -, from a letter on').refine(
  (stage) => !(stage in defaults),
  'has its settings next to `stages`',
);

const overrides = z.strictObject({
  common: schema.partial().optional(),
  dev: schema.partial().optional(),
  prod: schema.partial().optional(),
  /** Further stages, for example one for each region; `like` says whose defaults they have. */
  stages: z.record(stageName, schema.partial().extend({ like: z.enum(['dev', 'prod']) })).optional(),
});

/** The contents of a settings file: for all stages in `common`, and for each stage. */
export type Overrides = z.input<typeof overrides>;

/** By stage. */
type AllSettings = Record<Stage, Settings> & Record<'dev' | 'prod', Settings>;

/** A settings file that can't be used; the message names each fault and where it is. */
class SettingsError extends Error {
  override readonly name = 'SettingsInvalid';
}

/**
 * The settings of all stages: the defaults, then `common`, then the stage's own.
 * @throws SettingsError
 */
export function settingsOf(given: unknown = {}): AllSettings {
  const read = overrides.safeParse(given);
  if (!read.success) {
    const faults = read.error.issues.map(
      ({ path, message }) => `  ${path.join('.') || '(file)'}: ${message}`,
    );
    throw new SettingsError(`the settings are not valid\n${faults.join('\n')}`);
  }
  const { common: shared, stages = {}, ...own } = read.data;
  const of = (like: keyof typeof defaults, settings?: object): Settings =>
    withinFunctions({ ...defaults[like], ...present(shared), ...present(settings) }, defaults[like]);
  const all: AllSettings = { dev: of('dev', own.dev), prod: of('prod', own.prod) };
  for (const [stage, { like, ...settings }] of Object.entries(stages)) all[stage] = of(like, settings);
  for (const [stage, settings] of Object.entries(all)) {
    const { alarmAddress, alarmTopicArn } = settings;
    if (alarmAddress !== undefined && alarmTopicArn !== undefined)
      throw new SettingsError(`the settings of ${stage} have both alarmAddress and alarmTopicArn: give one`);
    const fault = beyondFunctions(settings);
    if (fault !== undefined) throw new SettingsError(`the settings of ${stage} are not possible: ${fault}`);
  }
  return all;
}

/** Drops keys whose value is undefined, which would override a default. */
const present = (settings: object = {}): Partial<Settings> =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));

/**
 * Reads the settings file: the one in HINDSIGHT_SETTINGS, or else settings.json in this folder, or else the
 * defaults.
 * @throws SettingsError
 */
export function loadSettings(file = process.env['HINDSIGHT_SETTINGS']): AllSettings {
  const path = file ?? 'settings.json';
  if (file === undefined && !existsSync(path)) return settingsOf();
  let given: unknown;
  try {
    given = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new SettingsError(`${path}: ${error instanceof Error ? error.message : 'is not JSON'}`, {
      cause: error,
    });
  }
  return settingsOf(given);
}
