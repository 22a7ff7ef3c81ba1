import type { IncomingMessage } from 'node:http';
import { malformed } from './problems';

type WithHeaders = Pick<IncomingMessage, 'headers' | 'rawHeaders'>;

/** A quoted string, with `\"` and `\\` as escapes. */
const QUOTED = /^"((?:[^"\\]|\\["\\])*)"$/;

/** Node decodes headers as Latin-1: one character per byte. A character beyond that was already decoded. */
function decoded(name: string, value: string): string {
  // eslint-disable-next-line no-control-regex -- every byte but those of ASCII
  if (!/[^\u0000-\u007f]/.test(value) || /[^\u0000-\u00ff]/.test(value)) return value;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(value, 'latin1'));
  } catch {
    throw malformed([{ path: name, message: 'is not UTF-8' }]);
  }
}

/**
 * The text of a header that may appear at most once: UTF-8, without the quotes that some clients add.
 * @throws Problem malformed-request
 */
export function headerText({ headers, rawHeaders }: WithHeaders, name: string): string | undefined {
  const value = headers[name.toLowerCase()];
  if (typeof value !== 'string') return undefined;
  const names = rawHeaders.filter((_, index) => index % 2 === 0);
  if (names.filter((one) => one.toLowerCase() === name.toLowerCase()).length > 1)
    throw malformed([{ path: name, message: 'is given more than once' }]);
  const text = decoded(name, value);
  return QUOTED.exec(text)?.[1]?.replace(/\\(.)/g, '$1') ?? text;
}
