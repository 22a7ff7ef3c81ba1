import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as Domain from '@hindsight/domain';
import { buildSync } from 'esbuild';

/**
 * What it takes to extend the inventory, as patches that these tests apply to a copy of the sources: one rule more, and
 * one attribute more. A new event type has a test of its own (test/workflow/new-event-type.test.ts).
 */
const repository = join(__dirname, '..', '..');
/** Inside the repository, so that the libraries are found; `build` is kept out of git. */
const builds = join(__dirname, 'build');
const SOURCES = [
  'packages/bitemporal',
  'packages/domain',
  'packages/api',
  'tsconfig.base.json',
  'tsconfig.sources.json',
];

const copies: string[] = [];

/** A copy of the pure packages and the API's, with one patch applied. */
function patched(name: string): string {
  mkdirSync(builds, { recursive: true });
  const copy = mkdtempSync(join(builds, 'copy-'));
  copies.push(copy);
  const isKept = (source: string) =>
    !/(\.test\.ts|\.generated\.ts|\/testing|\/dist|\/node_modules)$/.test(source);
  for (const source of SOURCES)
    cpSync(join(repository, source), join(copy, source), { recursive: true, filter: isKept });
  const patch = join(repository, `test/fixtures/patches/${name}.patch`);
  // Inside a repository, git would look for the files in that one.
  const env = { ...process.env, GIT_DIR: join(copy, 'none') };
  execFileSync('git', ['apply', '-p1', patch], { cwd: copy, env });
  return copy;
}

/** What the TypeScript compiler says of the domain and the API. */
function typeErrors(copy: string): string {
  execFileSync(process.execPath, [join(copy, 'packages/domain/scripts/generate-registry.mjs')]);
  const config = join(copy, 'tsconfig.json');
  const include = ['packages/*/src'];
  const compilerOptions = { composite: false, noEmit: true, types: ['node'], incremental: false };
  writeFileSync(config, JSON.stringify({ extends: './tsconfig.sources.json', compilerOptions, include }));
  const { stdout } = spawnSync(join(repository, 'node_modules/.bin/tsc'), ['-p', config], {
    encoding: 'utf8',
  });
  return stdout;
}

interface Loaded {
  readonly domain: typeof Domain;
  readonly document: object;
}

function load(copy: string): Loaded {
  const index = (name: string) => join(copy, 'packages', name, 'src/index.ts');
  const outfile = join(copy, 'bundle.js');
  const contents = `
    import { apiDocument, defaultDocumentSettings } from '@hindsight/api';
    import * as domain from '@hindsight/domain';
    export { domain };
    export const document = apiDocument(domain.registry, defaultDocumentSettings);`;
  buildSync({
    stdin: { contents, resolveDir: copy },
    alias: Object.fromEntries(
      ['bitemporal', 'domain', 'api'].map((name) => [`@hindsight/${name}`, index(name)]),
    ),
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'cjs',
  });
  return jest.requireActual<Loaded>(outfile);
}

afterAll(() => {
  for (const copy of copies) rmSync(copy, { recursive: true, force: true });
});

const changedFiles = (name: string): string[] =>
  readFileSync(join(repository, `test/fixtures/patches/${name}.patch`), 'utf8').match(/^\+\+\+ .*$/gm) ?? [];

/** The state after some events, as the fold makes it. */
function fold({ registry }: typeof Domain, events: readonly object[]) {
  return events.reduce<Domain.ProductState | null>(
    (before, event) => registry.evolve('anvil', before, { schemaVersion: 1, ...event } as never),
    null,
  );
}

test('a rule is one object in one file: states that break it say so, and refusals name it', () => {
  expect(changedFiles('new-rule')).toHaveLength(1);
  const copy = patched('new-rule');
  expect(typeErrors(copy)).toBe('');
  const { domain } = load(copy);
  const full = fold(domain, [{ eventType: 'productReceived', quantity: '1200.5' }]);
  const breaches = domain.registry.invariants.map(({ name, breach }) => [name, breach(full!)]);
  expect(breaches).toEqual([
    ['insufficient-stock', undefined],
    ['shelf-full', '200.5'],
  ]);
});

test('an attribute is one line: events set it, states hold it, the API documents it', () => {
  expect(changedFiles('new-attribute')).toHaveLength(1);
  const copy = patched('new-attribute');
  expect(typeErrors(copy)).toBe('');
  const { domain, document } = load(copy);
  const event = { eventType: 'productReceived', quantity: 1, supplier: 'Acme' };
  const parsed = domain.parseEvents(domain.registry, event, { productId: 'anvil', newId: () => 'e' });
  expect(parsed).toMatchObject({ ok: true, events: [{ supplier: 'Acme' }] });
  const state = fold(domain, [{ eventType: 'productReceived', quantity: '1', supplier: 'Acme' }]);
  expect(state).toMatchObject({ supplier: 'Acme' });
  expect(domain.registry.fields).toContain('supplier');
  expect(domain.registry.codec.loadState('anvil', domain.registry.codec.storeState(state!))).toEqual(state);
  expect(document).toMatchObject({
    components: { schemas: { State: { properties: { supplier: expect.anything() as unknown } } } },
  });
});

test('a field of the state that the table does not have does not compile', () => {
  const errors = typeErrors(patched('forgotten-field'));
  expect(errors).toMatch(/packages\/domain\/src\/state\.ts.*error TS.*supplier/);
});
