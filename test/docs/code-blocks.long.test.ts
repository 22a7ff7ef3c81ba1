import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { blocks } from './blocks';
import { ROOT } from './pages';

jest.setTimeout(120_000);

/** Where a reader would put the code of a page: next to what it imports. */
const PLACES: Readonly<Record<string, string>> = {
  'CONTRIBUTING.md': 'packages/domain/src/events/product-scrapped/index.ts',
  'docs/reference/api.md': 'test/docs/from-the-page.ts',
};
const texts = blocks().filter(({ language }) => language === 'ts');

/** The compiler's complaints about sources that are nowhere but in memory, by the settings of the repository. */
function complaints(files: ReadonlyMap<string, string>): string[] {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.sources.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const own = { ...options, composite: false, declaration: false, declarationMap: false, noEmit: true };
  const host = ts.createCompilerHost(own);
  const before = { fileExists: host.fileExists.bind(host), readFile: host.readFile.bind(host) };
  host.fileExists = (path) => files.has(path) || before.fileExists(path);
  host.readFile = (path) => files.get(path) ?? before.readFile(path);
  host.getSourceFile = (path, version) => {
    const text = host.readFile(path);
    return text === undefined ? undefined : ts.createSourceFile(path, text, version);
  };
  const program = ts.createProgram([...files.keys()], own, host);
  return [...files.keys()].flatMap((path) => {
    const source = program.getSourceFile(path);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  });
}

test('the TypeScript of every page compiles, against the real packages', () => {
  expect(texts.map(({ page }) => page).sort()).toEqual(Object.keys(PLACES).sort());
  const files = new Map(texts.map(({ page, text }) => [join(ROOT, PLACES[page] ?? ''), text]));
  // Top-level await needs a module of the newer kind; what stands around it is the same.
  const client = join(ROOT, PLACES['docs/reference/api.md'] ?? '');
  const wrapped = (files.get(client) ?? '').replace(
    /(import .*\n)([^]*)/,
    '$1export async function f() {\n$2\n}\n',
  );
  files.set(client, wrapped);
  expect(complaints(files)).toEqual([]);
  files.set(client, wrapped.replace('productId:', 'product:'));
  expect(complaints(files)).toEqual([expect.stringContaining('productId')]);
});

test('the JavaScript of a page is that of the script which it names', () => {
  const scripts = blocks().filter(({ language }) => language === 'js');
  expect(scripts.map(({ page }) => page)).toEqual(['docs/how-to/deploy.md']);
  const script = readFileSync(join(ROOT, 'terraform/scripts/signed-fetch.mjs'), 'utf8');
  for (const part of (scripts[0]?.text ?? '').trim().split('\n\n')) expect(script).toContain(part);
});
