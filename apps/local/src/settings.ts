/** The settings of `npm start`, all read from environment variables. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  /** The folder of the embedded engine's data. Ignored if `dynamoDbEndpoint` is set. */
  readonly dataDir: string;
  /** A DynamoDB that runs already. */
  readonly dynamoDbEndpoint: string | undefined;
  readonly logLevel: string;
  readonly region: string;
  /** Where recorded events are sent, as CloudEvents. */
  readonly webhook: string | undefined;
}

/** Startup or operation failed, for a reason that the message gives in one line. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65_535) return port;
  throw new StartError(`PORT is ${JSON.stringify(text)}; it must be a number from 1 to 65535`);
}

function endpointOf(text: string | undefined, name = 'DYNAMODB_ENDPOINT'): string | undefined {
  if (text === undefined) return undefined;
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new StartError(`${name} is ${JSON.stringify(text)}; it must be a URL such as http://127.0.0.1:8000`);
}

function levelOf(text: string): string {
  if (LEVELS.includes(text)) return text;
  throw new StartError(`LOG_LEVEL is ${JSON.stringify(text)}; it must be one of ${LEVELS.join(', ')}`);
}

function hostOf(text: string): string {
  if (/^[A-Za-z0-9_.:-]+$/.test(text)) return text;
  throw new StartError(`HOST is ${JSON.stringify(text)}; it must be an address or a host's name`);
}

/**
 * Reads the settings. A variable that is empty counts as absent.
 * @throws StartError naming the variable
 */
export function settingsOf(env: NodeJS.ProcessEnv): Settings {
  return {
    host: hostOf(env['HOST'] || '127.0.0.1'),
    port: portOf(env['PORT'] || '3000'),
    dataDir: env['DATA_DIR'] || '.hindsight',
    dynamoDbEndpoint: endpointOf(env['DYNAMODB_ENDPOINT'] || undefined),
    logLevel: levelOf(env['LOG_LEVEL'] || 'info'),
    region: env['AWS_REGION'] || 'us-east-1',
    webhook: endpointOf(env['WEBHOOK_URL'] || undefined, 'WEBHOOK_URL'),
  };
}
