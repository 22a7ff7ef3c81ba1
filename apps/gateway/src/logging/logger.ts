import {
  destination as openDestination,
  pino,
  stdSerializers,
  type DestinationStream,
  type Logger,
} from 'pino';

const ARN = /\barn:aws[a-z-]*:[^\s'",;)\]}]+/g;
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** As a word of its own, not as a part of a path or of a package's name. */
const nameIn = (name: string): RegExp => new RegExp(`(?<![\\w./@-])${escaped(name)}(?![\\w./-])`, 'g');

/**
 * Serialises errors without the names of what is inside: ARNs, and those that are given. An error of the SDK has them
 * in its message, and lines of a log go further than where they are written.
 */
function discreetErrors(names: readonly string[]) {
  const patterns = [ARN, ...names.map(nameIn)];
  const blot = (text: string): string => patterns.reduce((rest, pattern) => rest.replace(pattern, '…'), text);
  // The messages and stacks of causes stand behind the error's own. Its other fields stay out: of the SDK's they hold
  // the request.
  return (error: Error) => {
    const { type, message, stack } = stdSerializers.err(error);
    return { type, message: blot(message), stack: blot(stack) };
  };
}

export interface LoggerOptions {
  readonly level: string;
  /** Of tables and the like. */
  readonly innerNames: readonly string[];
}

/** Lines that can't be written wait for room, up to this many bytes; more are left out. */
const MAX_WAITING_BYTES = 256 * 1024;

/** The standard output. A full disk behind it costs lines of the log, and not the server. */
function standardOutput(): DestinationStream {
  const output = openDestination({ fd: 1, sync: true, maxLength: MAX_WAITING_BYTES });
  output.on('error', () => undefined);
  return output;
}

/** Writes one JSON object a line, to the standard output where nothing else is given. */
export const createLogger = (
  { level, innerNames }: LoggerOptions,
  destination: DestinationStream = standardOutput(),
): Logger => pino({ level, serializers: { err: discreetErrors(innerNames) } }, destination);
