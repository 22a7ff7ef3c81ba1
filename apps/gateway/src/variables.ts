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
  HOST: { fallback: '127.0.0.1', meaning: 'the address that the gateway listens on' },
  ALLOWED_HOSTS: {
    fallback: '',
    meaning:
      'other accepted host names, comma-separated; on loopback, requests for any other `Host` are refused',
  },
  PORT: { fallback: '3000', meaning: 'the port; 0 picks a free one' },
  HEADERS_TIMEOUT: { fallback: '10', meaning: 'seconds within which the headers of a request must arrive' },
  REQUEST_TIMEOUT: { fallback: '30', meaning: 'seconds within which the whole request must arrive' },
  KEEP_ALIVE_TIMEOUT: {
    fallback: '65',
    meaning:
      'seconds that an idle connection is kept open; must exceed the idle timeout of a load balancer in front',
  },
  UNREAD_TIMEOUT: { fallback: '30', meaning: 'seconds that a client may leave its response unread' },
  MAX_UNREAD: {
    fallback: '32',
    meaning:
      'megabytes of responses that clients have not read yet; beyond it, the client with the most loses its oldest connection',
  },
  MAX_REQUESTS_PER_SOCKET: { fallback: '1000', meaning: 'maximum requests per connection' },
  MAX_CONNECTIONS: {
    fallback: '1024',
    meaning: 'maximum concurrent connections; beyond it, the longest-idle connection is closed',
  },
  MAX_TAILS: { fallback: '200', meaning: 'maximum concurrent live tails' },
  SHUTDOWN_GRACE: {
    fallback: '25',
    meaning: 'seconds that requests in flight may take after the process is asked to stop',
  },
  CORS_ORIGINS: {
    fallback: '',
    meaning: 'origins of web pages that may use the API, comma-separated, or *; none by default',
  },
  TIME_ZONE: {
    fallback: 'UTC',
    meaning: 'time zone of dates in queries without `tz`: a name such as `Europe/Berlin`, or an offset',
  },
  API_TOKENS_FILE: {
    fallback: '',
    meaning: 'JSON file of API tokens: name, SHA-256 of the token, and scopes of each',
  },
  JWT_ISSUER: { fallback: '', meaning: 'the issuer whose JSON Web Tokens are accepted, exactly as in `iss`' },
  JWT_AUDIENCE: { fallback: '', meaning: 'the audience that their `aud` must contain' },
  JWT_JWKS_URI: {
    fallback: '',
    meaning: "the URL of the issuer's keys, if its OpenID configuration does not give it",
  },
  JWT_SCOPE_PREFIX: { fallback: '', meaning: 'the prefix that the issuer puts before scope names' },
  OIDC_CLIENT_ID: {
    fallback: '',
    meaning: 'the client id of the explorer at the issuer; people then sign in there, and need no token',
  },
  OIDC_ISSUER: { fallback: '', meaning: 'the issuer that people sign in with; by default JWT_ISSUER' },
  OIDC_SCOPES: {
    fallback: '',
    meaning: "the scopes that the page asks for; by default the API's, with JWT_SCOPE_PREFIX",
  },
  OIDC_PARAMETERS: {
    fallback: '',
    meaning:
      'further parameters for the issuer, such as `audience=stock` or `resource=https://stock.example`',
  },
  OIDC_TOKEN_ORIGIN: {
    fallback: '',
    meaning: "the origin of the issuer's token endpoint, if it is not the issuer's (Cognito)",
  },
  RATE_LIMIT: {
    fallback: '',
    meaning: 'rate limit per client, such as `100/s`; by default none on loopback, `6000/min` elsewhere',
  },
  TRUSTED_PROXIES: {
    fallback: '',
    meaning:
      "addresses or networks of proxies in front, comma-separated; only these are trusted for the client's address",
  },
  METRICS_PORT: {
    fallback: '',
    meaning: "the port of `/metrics`; by default the gateway's on loopback, and none on other addresses",
  },
  METRICS_HOST: { fallback: '127.0.0.1', meaning: 'the address that METRICS_PORT listens on' },
  METRICS_NAMESPACE: {
    fallback: 'Hindsight',
    meaning: 'on Lambda: the CloudWatch namespace of the metrics',
  },
  SETTLE_SECONDS: {
    fallback: '30',
    meaning:
      'seconds after which an answer about a recorded time is settled (final); 5 under `npm start`. The workflow stores no event later than a third of that after its recorded time',
  },
  VIEW_SLOTS: {
    fallback: '1',
    meaning: 'concurrent heartbeats through the stream of the log; on AWS as many as the indexer sends',
  },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    fallback: '',
    meaning:
      'URL of an OpenTelemetry collector (OTLP over HTTP), such as `http://127.0.0.1:4318`; without it, tracing is off',
  },
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: {
    fallback: '',
    meaning: 'the full URL for traces, if it differs',
  },
  OTEL_EXPORTER_OTLP_TIMEOUT: {
    fallback: '3000',
    meaning: 'timeout in milliseconds for a batch of spans, and for the last one when the process ends',
  },
  API_AUTHORIZER: {
    fallback: 'jwt',
    meaning:
      'on Lambda: how the API in front authenticates callers, `jwt` or `iam`; stated in the OpenAPI document',
  },
  IAM_SCOPES: {
    fallback: 'state:read events:write events:write:late events:write:closed',
    meaning: 'on Lambda: the scopes of callers that IAM authorizes',
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
