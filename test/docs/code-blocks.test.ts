import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, basename, join } from 'node:path';
import { parseEvents, registry } from '@hindsight/domain';
import { blocks, blocksIn, inlineCode, scriptsIn } from './blocks';
import { fault as faultOf, isOption } from './commands';
import { ROOT } from './pages';
import { commandsIn, type Simple } from './shell';

const scripts = blocks().flatMap(scriptsIn);
/** What the pages define for the commands after it. */
const FUNCTIONS = new Set(scripts.flatMap(({ text }) => /^(\w+)\(\) \{/.exec(text)?.[1] ?? []));

const fault = (command: Simple) => faultOf(command, FUNCTIONS);

const place = ({ page, line }: { page: string; line: number }): string => `${page}:${String(line)}`;

test('every block has a language that is checked, or is a drawing', () => {
  const checked = [
    'console',
    'shellsession',
    'sh',
    'ts',
    'js',
    'json',
    'ini',
    'caddyfile',
    'nginx',
    'dockerfile',
  ];
  const others = blocks().filter(({ language }) => !checked.includes(language));
  const texts = others.filter(({ language, text }) => language !== 'text' && !/[→▶│]/.test(text));
  expect(texts.map(place)).toEqual([]);
});

test('bash can read every command', () => {
  expect(scripts.length).toBeGreaterThan(150);
  const all = scripts.map(({ text }, index) => `f${String(index)}() {\n${text}\n}`).join('\n');
  expect(execFileSync('bash', ['-n'], { input: all, encoding: 'utf8' })).toBe('');
});

test('every program, script, command, option and setting in a block exists', () => {
  const faults = scripts.flatMap((script) =>
    commandsIn(script.text).flatMap((command) => {
      const said = fault(command);
      return said === undefined ? [] : [`${place(script)}: ${command.words.join(' ')}: ${said}`];
    }),
  );
  expect(faults).toEqual([]);
});

test('and so do those in the middle of a sentence', () => {
  const typed = inlineCode().filter(({ text }) => /^(npm|npx|node|hindsight) [\w-]/.test(text));
  expect(typed.length).toBeGreaterThan(50);
  const faults = typed.flatMap(({ page, text }) =>
    // In tables, a pipe is escaped. Words in capitals stand for others; the page warns of the package `hindsight`.
    commandsIn(text.replaceAll('\\|', '|')).flatMap((command) => {
      const said = fault(command);
      const open = /\b[A-Z]{4,}$|^npx hindsight$/.test(text) || said?.includes('missing required argument');
      return said === undefined || open ? [] : [`${page}: ${text}: ${said}`];
    }),
  );
  expect(faults).toEqual([]);
});

/** A path that a page names, from the root or from the gateway's sources, perhaps without the end of its name. */
function isPath(path: string): boolean {
  return [ROOT, join(ROOT, 'apps/gateway/src')].some((root) => {
    const full = join(root, path);
    if (existsSync(full)) return true;
    const folder = dirname(full);
    return existsSync(folder) && readdirSync(folder).some((name) => name.startsWith(`${basename(full)}.`));
  });
}

/** Of other programs. */
const FOREIGN = new Set(['--auto-approve', '--skip-provider-lock']);

test('every path and option in the middle of a sentence exists', () => {
  const code = inlineCode();
  const paths = code.filter(({ text }) => /^(test|docs|packages|apps|terraform|\.ci)\/[^\s<*]+$/.test(text));
  expect(paths.length).toBeGreaterThan(50);
  expect(paths.filter(({ text }) => !isPath(text))).toEqual([]);
  const options = code.filter(({ text }) => /^--[a-z]/.test(text));
  expect(options.length).toBeGreaterThan(50);
  const unknown = options.filter(({ text }) => {
    const [name = ''] = text.split(/[ =]/);
    return !isOption(name) && !FOREIGN.has(name);
  });
  expect(unknown).toEqual([]);
  expect([isPath('test/docs/nothing'), isOption('--nothing')]).toEqual([false, false]);
});

test('every JSON block is JSON', () => {
  const texts = blocks().filter(({ language }) => language === 'json');
  expect(texts.length).toBeGreaterThan(0);
  for (const { text } of texts) expect(() => JSON.parse(text) as unknown).not.toThrow();
});

test('a rule for the bus selects what is put on it', () => {
  const [pattern] = blocks(['docs/how-to/be-told-of-changes.md']).filter(
    ({ language }) => language === 'json',
  );
  const rule = JSON.parse(pattern?.text ?? '') as Record<string, string[]>;
  const source = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
  expect(Object.keys(rule)).toEqual(['source', 'detail-type']);
  for (const type of rule['detail-type'] ?? []) {
    expect(source('packages/views/src/outlet.ts')).toContain(`type: '${type}' as const`);
  }
  expect(source('apps/handlers/src/indexing.ts')).toContain(`Source: '${String(rule['source'])}'`);
});

test('every event that a page shows and does not send is one', () => {
  const inBlocks = scripts.filter(({ answered }) => !answered);
  const words = inBlocks.flatMap(({ text }) => commandsIn(text).flatMap((command) => command.words));
  const shown = [...words, ...inlineCode().map(({ text }) => text)].filter(
    (text) => /^[[{].*"eventType"/.test(text) && !text.includes('…'),
  );
  expect(shown.length).toBeGreaterThan(1);
  for (const text of shown) {
    const parsed = parseEvents(registry, JSON.parse(text), { productId: 'lamp', newId: () => 'id' });
    expect([text, parsed]).toEqual([text, expect.objectContaining({ ok: true })]);
  }
});

/** The first difference that a wrong page makes. */
const faultsOf = (markdown: string): (string | undefined)[] =>
  blocksIn('x.md', markdown)
    .flatMap(scriptsIn)
    .flatMap(({ text }) => commandsIn(text).map(fault));

test('what does not exist is found', () => {
  const page = (text: string): string => `\`\`\`sh\n${text}\n\`\`\`\n`;
  expect(faultsOf(page('npm run bild'))).toEqual(['no script bild']);
  expect(faultsOf(page('hindsight state lamp --as-at 2026-01-01'))).toEqual([
    expect.stringContaining('--as-at'),
  ]);
  expect(faultsOf(page('true && npm run --silent hindsight -- export stok # all'))).toEqual([
    undefined,
    expect.stringContaining('stok'),
  ]);
  expect(faultsOf(page('npm run campaign -- crush'))).toEqual(['no campaign crush']);
  expect(faultsOf(page('PROT=80 npm start'))).toEqual(['no setting PROT']);
  expect(faultsOf(page('x=$(hindsight nothing "a b" 2>&1 | head -2)'))).toEqual([
    expect.stringContaining('nothing'),
    undefined,
  ]);
});
