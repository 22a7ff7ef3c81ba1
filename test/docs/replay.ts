import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ownServer } from '../support/own-server';
import { pagePaths, readPage, ROOT } from './pages';
import { comparable, exchangesIn } from './transcript';

/** Writes what the server answers into the documents instead of comparing: `RECORD=1 TESTS=all npx jest test/docs`. */
const RECORDS = process.env['RECORD'] === '1';

/** A shell function, which the other commands of its page may call. */
const FUNCTION = /^\w+\(\) \{/;

/** Every page with commands and answers. Those that call the command line or wait are slow. */
export function pagesWithCommands(): { quick: string[]; slow: string[] } {
  const pages = pagePaths().filter((path) => exchangesIn(readPage(path)).length > 0);
  const slow = pages.filter(
    (path) =>
      path !== 'README.md' &&
      exchangesIn(readPage(path)).some(({ command }) => /hindsight |sleep /.test(command)),
  );
  return { quick: pages.filter((path) => !slow.includes(path)), slow };
}

/** Runs the commands of a page against a server of its own, and compares the answers. */
export function replays(name: string): void {
  const path = join(ROOT, name);
  const server = ownServer();

  /** Runs a command as a reader would, against this server. */
  async function answer(command: string, stored: Map<string, string>, functions: string[]): Promise<string> {
    let text = [...functions, command]
      .join('\n')
      .replaceAll('localhost:3000', server.url.replace('http://', ''));
    for (const [variable, value] of stored) text = text.replaceAll(`$${variable}`, value);
    // The command line finds this server, and its data, as it finds those of `npm start`.
    const env = {
      ...process.env,
      HINDSIGHT_URL: server.url,
      DATA_DIR: server.dataDir,
      DYNAMODB_ENDPOINT: '',
    };
    // What the page on the command line calls `hindsight`.
    const preamble = `hindsight() { "${process.execPath}" apps/cli/bin/hindsight.cjs "$@"; }\n`;
    const { stdout } = await promisify(execFile)('bash', ['-c', preamble + text], { cwd: ROOT, env });
    return stdout.trimEnd();
  }

  it('answers as it says', async () => {
    const markdown = readPage(name);
    const exchanges = exchangesIn(markdown);
    const variables = new Map<string, string>();
    const functions = exchanges.map(({ command }) => command).filter((command) => FUNCTION.test(command));
    const actual: string[] = [];
    for (const { command } of exchanges) {
      const assigned = /^(\w+)=\$\(([^\n]*)\)$/.exec(command);
      const said = await answer(assigned?.[2] ?? command, variables, functions);
      if (assigned?.[1] !== undefined) variables.set(assigned[1], said);
      actual.push(assigned ? '' : said);
    }
    if (RECORDS) {
      const lines = markdown.split('\n');
      for (const [index, { from, to }] of [...exchanges.entries()].reverse()) {
        lines.splice(from, to - from, ...(actual[index] === '' ? [] : (actual[index] ?? '').split('\n')));
      }
      writeFileSync(path, lines.join('\n'));
      return;
    }
    for (const [index, exchange] of exchanges.entries()) {
      expect([exchange.command, comparable(actual[index] ?? '', exchanges)]).toEqual([
        exchange.command,
        comparable(exchange.answer, exchanges),
      ]);
    }
  });
}
