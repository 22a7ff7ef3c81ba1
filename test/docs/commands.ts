import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createProgram } from '../../apps/cli/src/program';
import { variables } from '../../apps/gateway/src/variables';
import { readPage, ROOT } from './pages';
import type { Simple } from './shell';

type Command = ReturnType<typeof createProgram>;

/** What is typed somewhere in the pages and comes with the system, or is installed as the page says. */
const PROGRAMS = new Set(
  `aws awscurl bash cat cd chown cp curl cut date docker echo git grep head install journalctl mktemp openssl printf rm sed
  seq sleep sort sudo systemctl tail terraform tr true uniq useradd wc xargs alias`.split(/\s+/),
);
/** Variables that scripts and campaigns read; those of the server are in its table of settings. */
const OTHER_VARIABLES = new Set(['TESTS', 'RECORD', 'CHROMIUM', 'HINDSIGHT_URL', 'HINDSIGHT_TOKEN', 'CI']);

const scriptsOf = (folder: string): string[] =>
  Object.keys(
    (JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as { scripts: object }).scripts,
  );
const npmScripts = new Set([...scriptsOf('.'), ...scriptsOf('terraform')]);
const settings = new Set([
  ...Object.keys(variables),
  ...[...readPage('docs/reference/settings.md').matchAll(/^\| `([A-Z_]+)`/gm)].map(([, name = '']) => name),
]);
const campaigns = execFileSync(process.execPath, [join(ROOT, 'test/campaign/main.mjs')], {
  encoding: 'utf8',
});

/** The command line of which every command does nothing but look at what it is given. */
function lookingProgram(): Command {
  const program = createProgram('hindsight', { quiet: true });
  const visit = (command: Command): void => {
    command.exitOverride().configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
    if (command.commands.length === 0) command.action(() => undefined);
    for (const one of command.commands) visit(one);
  };
  visit(program);
  return program;
}

/** What the command line objects to, nothing if it would run. */
function usageFault(args: readonly string[]): string | undefined {
  try {
    lookingProgram().parse([...args], { from: 'user' });
    return undefined;
  } catch (error) {
    const { message, code } = error as { message: string; code?: string };
    // The alias of the command line ends in nothing; a sentence may leave out a product.
    const fine = ['commander.help', 'commander.helpDisplayed', 'commander.version'];
    return fine.includes(code ?? '') ? undefined : message;
  }
}

function campaignFault([name = '', ...args]: readonly string[]): string | undefined {
  const line = campaigns.split('\n').find((one) => one.startsWith(`  ${name} `));
  if (line === undefined) return name === '' ? undefined : `no campaign ${name}`;
  return args.find((word) => word.startsWith('--') && !line.includes(`[${word}`));
}

function npmFault(words: readonly string[]): string | undefined {
  const [verb = '', ...rest] = words.filter((word) => word !== '--silent');
  if (['ci', 'install', 'start', 'test'].includes(verb)) return undefined;
  if (verb !== 'run') return `npm ${verb}`;
  const [script = '', ...args] = rest.filter((word) => word !== '--');
  if (!npmScripts.has(script)) return `no script ${script}`;
  if (script === 'hindsight') return usageFault(args);
  return script === 'campaign' ? campaignFault(args) : undefined;
}

/** What is wrong with a command; nothing if its program, script, command, options and variables exist. */
export function fault({ words, variables: set }: Simple, functions: ReadonlySet<string>): string | undefined {
  const [program = '', ...args] = words;
  // What follows a `$( … )` in the same word.
  if (program.startsWith('/')) return undefined;
  const unknown = set.find((name) => words.length > 0 && /^(npm|node|npx)$/.test(program) && !known(name));
  if (unknown !== undefined) return `no setting ${unknown}`;
  if (program === 'npm') return npmFault(args);
  if (/^hindsight(-inventory)?$/.test(program)) return usageFault(args);
  if (program === 'node') return existsSync(join(ROOT, args[0] ?? '')) ? undefined : `no file ${args[0]}`;
  if (program === 'npx')
    return ['jest', 'cdktf', 'cdktn'].includes(args[0] ?? '') ? undefined : `npx ${args[0]}`;
  return PROGRAMS.has(program) || functions.has(program) ? undefined : `no program ${program}`;
}
const known = (name: string): boolean => settings.has(name) || OTHER_VARIABLES.has(name);

/** Whether the command line, a campaign or the benchmark has an option. */
export function isOption(name: string): boolean {
  const all = (command: Command): string[] => [
    ...command.options.map(({ long }) => long ?? ''),
    ...command.commands.flatMap(all),
  ];
  return (
    [...all(lookingProgram()), ...benchmark, '--help', '--version'].includes(name) ||
    campaigns.includes(`[${name}`)
  );
}
const benchmark = [
  ...readFileSync(join(ROOT, 'test/bench/main.mjs'), 'utf8').matchAll(/^ {4}(\w+): \{ type:/gm),
].map(([, name = '']) => `--${name}`);
