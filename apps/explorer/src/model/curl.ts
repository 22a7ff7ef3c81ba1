/** A word of a POSIX shell, quoted if need be. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;

export interface Call {
  readonly path: string;
  readonly body?: unknown;
}

/** The command that does what the page does. A token is never part of it: the shell has it in TOKEN. */
export function curlOf(origin: string, { path, body }: Call, isProtected: boolean): string {
  const words = ['curl', quoted(origin + path)];
  if (isProtected) words.push('-H "authorization: Bearer $TOKEN"');
  if (body !== undefined)
    words.push("-H 'content-type: application/json'", '-d', quoted(JSON.stringify(body)));
  return words.join(' ');
}
