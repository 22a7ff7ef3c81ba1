import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const repository = join(__dirname, '..', '..');
/** Inside the repository, so that the libraries are found; `build` is kept out of git. */
const builds = join(__dirname, 'build');

let copy: string;
let today: readonly string[];

beforeAll(() => {
  mkdirSync(builds, { recursive: true });
  copy = mkdtempSync(join(builds, 'copy-'));
  for (const part of ['packages/bitemporal/src', 'packages/domain/src', 'packages/domain/scripts'])
    cpSync(join(repository, part), join(copy, part), { recursive: true });
  today = partsOf(revision());
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** The revision of the copy, as its generated registry has it. */
function revision(): string {
  execFileSync(process.execPath, [join(copy, 'packages/domain/scripts/generate-registry.mjs')]);
  const registry = readFileSync(join(copy, 'packages/domain/src/registry.generated.ts'), 'utf8');
  return /'([\w-]+(?:\.[\w-]+)+)',/.exec(registry)?.[1] ?? '';
}

/** The revision with one piece of text changed. */
function revisionWith(file: string, find: string, replace: string): string {
  const path = join(copy, 'packages', file);
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(find);
  writeFileSync(path, text.replace(find, replace));
  try {
    return revision();
  } finally {
    writeFileSync(path, text);
  }
}

const partsOf = (text: string): string[] => text.split('.');

test.each([
  ['the composition rule of the fold', 'bitemporal/src/effects.ts', '?? change.default', '|| change.default'],
  ['the sum of two runs', 'bitemporal/src/effects.ts', 'left.plus + right.plus', 'left.plus - right.plus'],
  [
    'what two runs make of nothing',
    'bitemporal/src/effects.ts',
    'right.keeps ? left.initial',
    'left.keeps ? left.initial',
  ],
  ['the highest amount in two runs', 'bitemporal/src/effects.ts', 'merge(left.high', 'merge(right.high'],
  [
    'an attribute that two runs set',
    'bitemporal/src/effects.ts',
    "'set' in right || left === undefined",
    "'set' in right && left === undefined",
  ],
  [
    'the effect of one event',
    'bitemporal/src/effects.ts',
    "keeps: !('set' in amount)",
    "keeps: 'add' in amount",
  ],
  ['the versions of a summary', 'bitemporal/src/summary.ts', 'Math.max(left', 'Math.min(left'],
  ['exact decimals', 'bitemporal/src/exact.ts', 'const PLACES = 6', 'const PLACES = 7'],
  [
    'when a broken rule began',
    'bitemporal/src/history.ts',
    'before?.conflicts?.find',
    'before?.conflicts?.findLast',
  ],
  ['the status', 'domain/src/state.ts', 'quantity <= 0n', 'quantity < 0n'],
  [
    'the fields of a state',
    'domain/src/state.ts',
    '  size: {',
    '  weight: { input: printable(9), output: z.string(), title: "weight" },\n  size: {',
  ],
  ['the state before the first event', 'domain/src/event-type.ts', "{ initial: '0' }", "{ initial: '1' }"],
  ['the breach of a rule', 'domain/src/invariants.ts', "startsWith('-')", "startsWith('+')"],
  ['reading an older schema version', 'domain/src/registry.ts', 'schemaVersion + 1', 'schemaVersion + 2'],
])('%s changes the core', (_, file, find, replace) => {
  const [core] = partsOf(revisionWith(file, find, replace));
  expect(core).not.toBe(today[0]);
});

test.each([
  [
    'the effect of a type',
    'effect: ({ quantity }) => ({ quantity: { set: quantity } })',
    'effect: ({ quantity }) => ({ quantity: { add: quantity } })',
  ],
  ['its schema version', 'schemaVersion: 1', 'schemaVersion: 2'],
  [
    'its way from an older version',
    'schemaVersion: 1,',
    'schemaVersion: 1, upcast: { 0: (content) => content },',
  ],
])('%s changes its own part and no other', (_, find, replace) => {
  const after = partsOf(revisionWith('domain/src/events/stock-counted/index.ts', find, replace));
  expect(after[0]).toBe(today[0]);
  expect(today.filter((part) => !after.includes(part))).toHaveLength(1);
  expect(after).toHaveLength(today.length);
});

test.each([
  ['the shape of a tree', 'bitemporal/src/summary.ts', 'node: 40', 'node: 50'],
  ['a summary', 'domain/src/events/stock-counted/index.ts', 'Sets the quantity', 'Changes the quantity'],
  ['the title of an example', 'domain/src/events/stock-counted/index.ts', '97 on the shelf', '97 in the box'],
  [
    'a check of input',
    'domain/src/events/stock-counted/index.ts',
    'z.strictObject({ quantity })',
    'z.looseObject({ quantity })',
  ],
  ['a finding', 'domain/src/events/stock-counted/index.ts', 'variance: subtract', 'difference: subtract'],
  ['the title of a field', 'domain/src/state.ts', "title: 'color'", "title: 'paint'"],
  ['a notice', 'domain/src/notices.ts', 'is not applied', 'is left out'],
  ['a remedy', 'domain/src/remedies.ts', 'lowest > 0n', 'lowest >= 0n'],
  ['the message of a rule', 'domain/src/invariants.ts', 'stock would be short', 'stock is short'],
  ['the message of an error', 'domain/src/registry.ts', 'which this code is too old to read', 'what is that'],
  ['the way input is parsed', 'domain/src/parse.ts', 'BATCH_LIMIT = 25', 'BATCH_LIMIT = 26'],
  ['a comparison of histories', 'bitemporal/src/changes.ts', 'listed: 100', 'listed: 99'],
  ['a comment', 'bitemporal/src/history.ts', '/** The state one event further on', '/** One state further'],
  ['white space', 'domain/src/state.ts', 'set.reorderPoint) };', 'set.reorderPoint ) };'],
])('%s changes nothing', (_, file, find, replace) => {
  expect(revisionWith(file, find, replace)).toBe(today.join('.'));
});

test('a type that is added leaves all other parts as they are', () => {
  const folder = join(copy, 'packages/domain/src/events/product-scrapped');
  const source = join(copy, 'packages/domain/src/events/product-shipped/index.ts');
  mkdirSync(folder);
  writeFileSync(
    join(folder, 'index.ts'),
    readFileSync(source, 'utf8').replace('productShipped', 'productScrapped'),
  );
  const after = partsOf(revision());
  rmSync(folder, { recursive: true });
  expect(after).toHaveLength(today.length + 1);
  expect(today.filter((part) => !after.includes(part))).toEqual([]);
});
