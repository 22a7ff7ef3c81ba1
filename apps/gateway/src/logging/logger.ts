import {
  destination as openDestination,
  pino,
  stdSerializers,
  type DestinationStream,
  type Logger,
} from 'pino';

const ARN = /\barn:aws[a-z-]*:[^\s'",;)\]}]+/g;
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Matches a whole word, not a part of a path or of a package's name. */
const nameIn = (name: string): RegExp => new RegExp(`(?<![\\w./@-])${escaped(name)}(?![\\w./-])`, 'g');

/**
 * Serializes errors without internal names: ARNs and the given names. The SDK puts them into its messages,
 * and logs are often copied to other systems.
 */
function discreetErrors(names: readonly string[]) {
  const patterns = [ARN, ...names.map(nameIn)];
  const blot = (text: string): string => patterns.reduce((rest, pattern) => rest.replace(pattern, '…'), text);
  // The error's own message and stack include those of its causes. Its other fields are omitted: in the SDK's
  // errors, they contain the request.
  return (error: Error) => {
    const { type, message, stack } = stdSerializers.err(error);
    return { type, message: blot(message), stack: blot(stack) };
  };
}

export interface LoggerOptions {
  readonly level: string;
  /** Names of tables and the like. */
  readonly innerNames: readonly string[];
}

/**
 * Maximum size of the buffer for log lines that can't be written yet, in bytes; further lines are dropped.
 */
const MAX_WAITING_BYTES = 256 * 1024;

/** The standard output. If the disk behind it is full, log lines are lost, but the server keeps running. */
function standardOutput(): DestinationStream {
  const output = openDestination({ fd: 1, sync: true, maxLength: MAX_WAITING_BYTES });
  output.on('error', () => undefined);
  return output;
}

/** Writes one JSON object per line, by default to the standard output. */
export const createLogger = (
  { level, innerNames }: LoggerOptions,
  destination: DestinationStream = standardOutput(),
): Logger => pino({ level, serializers: { err: discreetErrors(innerNames) } }, destination);
