import { protocolError, type ProtocolAnswer } from './protocol-server';

/** The result of one of the engine's tools. */
export interface ToolResult {
  readonly content?: readonly { readonly text?: string }[];
  readonly isError?: boolean;
}

/** An error of the engine, by DynamoDB's name. */
export interface EngineError {
  readonly name: string;
  readonly message: string;
}

export const INTERNAL = 'InternalServerError';

/** Names of the engine's own that mean no more than that the request is not valid. */
const isModelled = (name: string): boolean => name.endsWith('Exception') || name === INTERNAL;

/** The error in a tool's result; undefined if the result is not an error. */
export function errorIn({ content, isError }: ToolResult): EngineError | undefined {
  if (isError !== true) return undefined;
  const text = content?.[0]?.text ?? '';
  try {
    const { error_type: name, message } = JSON.parse(text) as { error_type: string; message: string };
    return { name: isModelled(name) ? name : 'ValidationException', message };
  } catch {
    // Parameters of the wrong kind are answered in prose.
    return { name: 'ValidationException', message: text };
  }
}

/** The end of the message names the reason of each item, in order: `[None, ConditionalCheckFailed]`. */
function reasonsIn(message: string): object {
  const codes = /\[([\w, ]+)\]$/.exec(message)?.[1]?.split(', ') ?? [];
  return { CancellationReasons: codes.map((Code) => ({ Code })) };
}

/** The answer of the protocol to an error. */
export function answerTo({ name, message }: EngineError): ProtocolAnswer {
  const more = name === 'TransactionCanceledException' ? reasonsIn(message) : {};
  return protocolError(name === INTERNAL ? 500 : 400, name, message, more);
}

/** SQLite's messages for a full disk. */
const DISK = /database or disk is full|disk i\/o error|readonly database|file too large|no space left/i;

/** Whether a write failed because nothing can be stored any more. */
export const isDiskFull = ({ name, message }: EngineError): boolean =>
  name === INTERNAL && DISK.test(message);
