/** One command of a shell script: its words without quotes, and the variables that are set for it. */
export interface Simple {
  readonly words: readonly string[];
  readonly variables: readonly string[];
}

/** Words that stand before a command, or between commands. */
const KEYWORDS = new Set(['if', 'then', 'else', 'fi', 'for', 'do', 'done', 'while', 'until', '!', '{', '}']);

const TOKEN = new RegExp(
  [
    String.raw`\\\n|[ \t]+|(?<=^|\s)#[^\n]*`,
    String.raw`(?<redirect>\b\d?(?:<|>>?)&?)`,
    String.raw`(?<separator>\$\(|[\n;&|()]+)`,
    String.raw`(?<word>(?:'[^']*'|"(?:\\.|[^"\\])*"|\\[^\n]|\$(?!\()|[^\s'"\\;&|()<>$])+)`,
  ].join('|'),
  'gy',
);

/** The value of a word: without its quotes. What the shell would insert stays as it is written. */
const valueOf = (word: string): string =>
  word.replace(
    /'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/g,
    (_, single?: string, double?: string, one?: string) =>
      single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? one ?? '',
  );

/** Splits a script into its commands, those in `$( … )` and in pipes included. Enough for the pages of this repository. */
export function commandsIn(script: string): Simple[] {
  const found: string[][] = [[]];
  let redirected = false;
  for (const { groups = {} } of script.matchAll(TOKEN)) {
    const { word, separator, redirect } = groups;
    if (separator !== undefined) found.push([]);
    if (word !== undefined && !redirected) found.at(-1)?.push(word);
    redirected = redirect !== undefined || (redirected && word === undefined);
  }
  return found.flatMap(simple);
}

function simple(words: readonly string[]): Simple[] {
  const variables: string[] = [];
  let rest = [...words];
  for (;;) {
    const [first = '', second] = rest;
    const assigned = /^([A-Za-z_]\w*)=/.exec(first)?.[1];
    if (assigned !== undefined) variables.push(assigned);
    else if (first === 'for') return [];
    else if (first === 'sudo') rest = second === '-u' ? rest.slice(2) : rest;
    else if (!KEYWORDS.has(first)) break;
    rest = rest.slice(1);
  }
  const values = rest.map(valueOf);
  // A shell in a shell, as after sudo.
  if (values[0] === 'sh' && values[1] === '-c') return commandsIn(values[2] ?? '');
  return values.length > 0 ? [{ words: values, variables }] : [];
}
