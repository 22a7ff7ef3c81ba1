import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiDocument, defaultDocumentSettings, type SecurityScheme } from '@hindsight/api';
import { registry } from '@hindsight/domain';
import { buildSync } from 'esbuild';

/** Tools that others use on the document, each in one version: heavy, and fetched when asked for. */
const TOOLS = {
  '@hey-api/openapi-ts': '0.95.0',
  '@redocly/cli': '2.77.0',
  '@stoplight/spectral-cli': '6.16.3',
  'openapi-typescript': '7.13.0',
  typescript: '5.9.3',
};

const FLAGS =
  '--noEmit --strict --skipLibCheck --target es2022 --lib es2022,dom,dom.iterable --moduleResolution bundler --module esnext';

jest.setTimeout(20 * 60_000);

const root = join(__dirname, '../..');
let tools: string;
let folder: string;
const documents = new Map<string, string>();

/** As test/tooling/on-demand.mjs has it, which jest can't import. */
function fetched(): string {
  const script = `
    import { fetchTool } from ${JSON.stringify(join(root, 'test/tooling/on-demand.mjs'))};
    process.stdout.write(fetchTool('openapi-tools', ${JSON.stringify(TOOLS)}));`;
  return execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: root }).toString();
}

beforeAll(() => {
  tools = fetched();
  folder = mkdtempSync(join(tools, 'run-'));
  for (const security of [undefined, 'bearer', 'sigv4'] as (SecurityScheme | undefined)[]) {
    const path = join(folder, `${security ?? 'open'}.json`);
    writeFileSync(path, JSON.stringify(apiDocument(registry, { ...defaultDocumentSettings, security })));
    documents.set(security ?? 'open', path);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(tool: string, ...args: string[]): string {
  const path = join(tools, 'node_modules/.bin', tool);
  const { status, stdout, stderr } = spawnSync(path, args, { cwd: folder, timeout: 300_000 });
  const text = `${stdout.toString()}${stderr.toString()}`;
  if (status !== 0) throw new Error(`${tool} ended with ${status}: ${text.slice(-2_000)}`);
  return text;
}

describe.each(['open', 'bearer', 'sigv4'])('the document of a server with security "%s"', (name) => {
  test('has no error by the rules of Spectral', () => {
    writeFileSync(join(folder, 'rules.yaml'), 'extends: ["spectral:oas"]\n');
    const path = documents.get(name) as string;
    const lint = run(
      'spectral',
      'lint',
      path,
      '--ruleset',
      join(folder, 'rules.yaml'),
      '--fail-severity',
      'error',
    );
    expect(lint).toMatch(/\(0 errors|No results/);
  });

  test('has no error by the recommended rules of Redocly', () => {
    expect(run('redocly', 'lint', documents.get(name) as string, '--extends', 'recommended')).toContain(
      'is valid',
    );
  });
});

/** The first five calls of the README, and one with every optional field that has a default. */
const BODIES = `[
  { eventId: 'r1', eventType: 'productReceived', quantity: '150', unitPrice: '$4', effectiveAt: '2026-11-16T08:00:00Z' },
  { eventId: 's1', eventType: 'productShipped', quantity: 50, effectiveAt: '2026-11-18T15:00:00Z' },
  { eventId: 'p1', eventType: 'productAdjusted', unitPrice: '$5', effectiveAt: '2026-11-20T09:00:00Z' },
  { eventType: 'productShipped', quantity: 5, schemaVersion: 1, eventCategory: 'inventory' },
]`;

test('hey-api makes a client that compiles under strict, and sends its token', () => {
  run(
    'openapi-ts',
    '-i',
    documents.get('bearer') as string,
    '-o',
    join(folder, 'hey'),
    '-c',
    '@hey-api/client-fetch',
  );
  writeFileSync(
    join(folder, 'hey-use.ts'),
    `
    import { appendEvents, getState, type AppendEventsData } from './hey';
    import { client } from './hey/client.gen';
    const path = { productId: 'lamp' };
    const bodies: AppendEventsData['body'][] = ${BODIES};
    export async function use(fetch: typeof globalThis.fetch): Promise<unknown[]> {
      client.setConfig({ baseUrl: 'http://service', auth: () => 'secret', fetch });
      const appended = await Promise.all(
        bodies.map((body) => appendEvents({ path, body, query: { dryRun: true } })),
      );
      const now = await getState({ path });
      const then = await getState({ path, query: { asOf: '2026-11-17T12:00:00Z' } });
      return [...appended.map(({ data }) => data && 'version' in data && data.version), now.data?.state.quantity, then.data?.lastEvent.eventId];
    }`,
  );
  run('tsc', ...FLAGS.split(' '), join(folder, 'hey-use.ts'));
  const outfile = join(folder, 'hey-use.cjs');
  buildSync({
    entryPoints: [join(folder, 'hey-use.ts')],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile,
  });
  const script = `
    const sent = [];
    const fetch = (request) => {
      sent.push([request.method, request.url, request.headers.get('authorization')]);
      return Promise.resolve(Response.json({ version: 1, state: { quantity: '1' }, lastEvent: { eventId: 'e' } }));
    };
    require(${JSON.stringify(outfile)}).use(fetch).then(() => console.log(JSON.stringify(sent)));`;
  const sent = JSON.parse(execFileSync(process.execPath, ['-e', script]).toString()) as string[][];
  expect(sent).toHaveLength(6);
  expect(sent.map(([, , authorization]) => authorization)).toEqual(Array(6).fill('Bearer secret'));
  expect(sent[0]).toEqual(['POST', 'http://service/products/lamp/events?dryRun=true', 'Bearer secret']);
});

test('openapi-typescript makes types by which the calls of the README compile under strict', () => {
  for (const [name, path] of documents) {
    run('openapi-typescript', path, '-o', join(folder, `${name}.ts`));
    writeFileSync(
      join(folder, `${name}-use.ts`),
      `
      import type { components, operations } from './${name}';
      export const bodies: components['schemas']['Event'][] = ${BODIES};
      export const query: operations['getState']['parameters']['query'] = { asOf: '2026-11-17T12:00:00Z' };
      export const append: operations['appendEvents']['parameters'] = { path: { productId: 'lamp' }, query: { dryRun: true } };`,
    );
    run('tsc', ...FLAGS.split(' '), join(folder, `${name}-use.ts`));
  }
});
