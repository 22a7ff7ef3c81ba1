/** A command in a document and the answer that stands below it. */
export interface Exchange {
  readonly command: string;
  readonly answer: string;
  /** Where the answer's lines start and end in the document (zero based, end exclusive). */
  readonly from: number;
  readonly to: number;
}

/**
 * The blocks of a language in a document: lines that start with `$ ` are commands, what follows them is the answer.
 * Lines below a command that are indented by four spaces belong to it. Those of `console` are for a plain server.
 */
export function exchangesIn(markdown: string, language = 'console'): Exchange[] {
  const lines = markdown.split('\n');
  const found: Exchange[] = [];
  let inside = false;
  let open: { command: string; from: number } | undefined;
  const close = (to: number) => {
    if (open) found.push({ ...open, to, answer: lines.slice(open.from, to).join('\n') });
    open = undefined;
  };
  for (const [index, line] of lines.entries()) {
    if (line.startsWith('```')) {
      close(index);
      inside = line === `\`\`\`${language}`;
    } else if (inside && line.startsWith('$ ')) {
      close(index);
      open = { command: line.slice(2), from: index + 1 };
    } else if (open?.from === index && line.startsWith('    ')) {
      open = { command: `${open.command}\n${line}`, from: index + 1 };
    }
  }
  return found;
}

const TIME = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z/g;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g;

/** How late an event of the document is, which grows from day to day. */
const LATE = / \d+ d\b/g;

/** An answer without what differs from run to run: times that no command of the document mentions, made ids. */
export function comparable(answer: string, document: readonly Exchange[]): string {
  const commands = document.map(({ command }) => command).join('\n');
  return answer
    .replace(TIME, (time) => (commands.includes(time.slice(0, 19)) ? time : '<time>'))
    .replace(UUID, '<id>')
    .replace(LATE, ' <days>')
    .replace(/("nextCursor":)"[^"]+"/g, '$1"<cursor>"')
    .trim();
}
