import { timeZoneOf } from '@hindsight/domain';
import { EnvironmentError } from './environment-error';

interface Variable {
  /** The default for an absent or empty variable; '': none. */
  readonly fallback: string;
  /** The description; the operations guide has the same text. */
  readonly meaning: string;
}

/**
 * Every environment variable that a gateway process reads by itself. The operations guide lists them from
 * here.
 */
export const variables = {
  HOST: { fallback: '127.0.0.1', meaning: 'where the gateway listens' },
  ALLOWED_HOSTS: {
    fallback: '',
    meaning:
      'other names of this server in `Host`, with commas between; on loopback, only these and its own are answered',
  },
  PORT: { fallback: '3000', meaning: 'its port; 0 takes any free one' },
  HEADERS_TIMEOUT: { fallback: '10', meaning: 'seconds in which the headers of a request must have come' },
  REQUEST_TIMEOUT: { fallback: '30', meaning: 'seconds in which all of a request must have come' },
  KEEP_ALIVE_TIMEOUT: {
    fallback: '65',
    meaning:
      'seconds that a connection is kept between two requests; longer than the idle time of a load balancer',
  },
  UNREAD_TIMEOUT: { fallback: '30', meaning: 'seconds that a client may read nothing of what it is sent' },
  MAX_UNREAD: {
    fallback: '32',
    meaning:
      'megabytes of answers that clients have not read yet; beyond it, the client with the most of them loses its oldest connection',
  },
  MAX_REQUESTS_PER_SOCKET: { fallback: '1000', meaning: 'requests that one connection may carry' },
  MAX_CONNECTIONS: {
    fallback: '1024',
    meaning: 'connections at once; beyond it, the one that has sent nothing for the longest makes room',
  },
  MAX_TAILS: { fallback: '200', meaning: 'live tails at once' },
  SHUTDOWN_GRACE: {
    fallback: '25',
    meaning: 'seconds that requests in flight get when the process is asked to stop',
  },
  CORS_ORIGINS: {
    fallback: '',
    meaning: 'origins of web pages that may use the API, with commas between, or *; none by default',
  },
  TIME_ZONE: {
    fallback: 'UTC',
    meaning:
      'time zone of dates in queries that name none (`tz`): a name such as `Europe/Berlin`, or an offset',
  },
  API_TOKENS_FILE: {
    fallback: '',
    meaning: 'JSON file of API tokens: for each its name, the SHA-256 of the token and its scopes',
  },
  JWT_ISSUER: { fallback: '', meaning: 'whose JSON Web Tokens are accepted; exactly as in their `iss`' },
  JWT_AUDIENCE: { fallback: '', meaning: 'what their `aud` must name' },
  JWT_JWKS_URI: {
    fallback: '',
    meaning: 'where the keys of the issuer are, if not where its OpenID configuration says',
  },
  JWT_SCOPE_PREFIX: { fallback: '', meaning: 'what the issuer puts before the names of scopes' },
  RATE_LIMIT: {
    fallback: '',
    meaning:
      'requests that one client may send, such as `100/s`; by default none on loopback, `6000/min` elsewhere',
  },
  TRUSTED_PROXIES: {
    fallback: '',
    meaning:
      "addresses or networks of proxies in front, apart by commas; only theirs is the word about a client's address",
  },
  METRICS_PORT: {
    fallback: '',
    meaning:
      'the port of `/metrics`; by default that of the gateway where it listens on loopback, and none elsewhere',
  },
  METRICS_HOST: { fallback: '127.0.0.1', meaning: 'where METRICS_PORT listens' },
  METRICS_NAMESPACE: {
    fallback: 'Hindsight',
    meaning: 'on Lambda: the namespace of its metrics in CloudWatch',
  },
  SETTLE_SECONDS: {
    fallback: '30',
    meaning:
      'seconds after which an answer about a recorded time is final; 5 under `npm start`. The workflow stores no event later than a third of that after its recorded time',
  },
  VIEW_SLOTS: {
    fallback: '1',
    meaning:
      'heartbeats that travel through the stream of the log at once; on AWS as many as the indexer sends',
  },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    fallback: '',
    meaning:
      'where an OpenTelemetry collector takes OTLP over HTTP, such as `http://127.0.0.1:4318`; none: no tracing',
  },
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: {
    fallback: '',
    meaning: 'the whole address for traces, where that is another',
  },
  OTEL_EXPORTER_OTLP_TIMEOUT: {
    fallback: '3000',
    meaning:
      'milliseconds that the collector has for a batch of spans, and for the last one when the process ends',
  },
  API_AUTHORIZER: {
    fallback: 'jwt',
    meaning:
      'on Lambda: how the API in front knows its callers, `jwt` or `iam`; the OpenAPI document says it',
  },
  IAM_SCOPES: {
    fallback: 'state:read events:write events:write:late',
    meaning: 'on Lambda: the scopes of callers whom IAM lets through',
  },
} as const satisfies Readonly<Record<string, Variable>>;

export type VariableName = keyof typeof variables;

/** The value of a variable, or its default; undefined if there is neither. */
export function valueOf(env: NodeJS.ProcessEnv, name: VariableName): string | undefined {
  return env[name] || variables[name].fallback || undefined;
}

/** @throws EnvironmentError if there is no such time zone */
export function timeZoneIn(env: NodeJS.ProcessEnv): string {
  const name = valueOf(env, 'TIME_ZONE') ?? '';
  if (timeZoneOf(name) !== undefined) return name;
  throw new EnvironmentError(
    `the environment variable TIME_ZONE is ${name}; it must be a time zone such as Europe/Berlin or +02:00`,
  );
}

interface Range {
  readonly least: number;
  readonly most: number;
  /** Default: whole numbers only. */
  readonly fractions?: boolean;
}

/** @throws EnvironmentError naming the variable and its range */
export function numberIn(env: NodeJS.ProcessEnv, name: VariableName, range: Range): number {
  const { least, most, fractions = false } = range;
  const text = valueOf(env, name) ?? '';
  const value = (fractions ? /^\d{1,7}(\.\d{1,3})?$/ : /^\d{1,7}$/).test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  throw new EnvironmentError(
    `the environment variable ${name} is ${text}; it must be ${fractions ? 'a number' : 'a whole number'} from ${least} to ${most}`,
  );
}

/**
 * A variable in seconds, converted to milliseconds.
 * @throws EnvironmentError
 */
export const durationIn = (env: NodeJS.ProcessEnv, name: VariableName): number =>
  numberIn(env, name, { least: 0.05, most: 86_400, fractions: true }) * 1_000;
