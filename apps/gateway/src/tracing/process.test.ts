import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { collector, type Collector } from '../testing/collector';
import { result } from '../testing/fakes';
import { standIn, type StandIn } from '../testing/stand-in';

const root = join(__dirname, '../../../..');
const folder = mkdtempSync(join(tmpdir(), 'tracing-'));
const bundle = join(folder, 'main.js');
const hook = join(folder, 'hook.js');
const loadedFile = join(folder, 'loaded.json');
const alias = Object.fromEntries(
  ['domain', 'event-log', 'workflow'].map((name) => [
    `@hindsight/${name}`,
    join(root, 'packages', name, 'src/index.ts'),
  ]),
);
const bundling = { bundle: true, platform: 'node', target: 'node20', alias, logLevel: 'error' } as const;

let aws: StandIn;
let sink: Collector;
let child: ChildProcess | undefined;

beforeAll(async () => {
  const entryPoints = [join(root, 'apps/gateway/src/main.ts')];
  buildSync({ ...bundling, entryPoints, outfile: bundle, external: ['@opentelemetry/*'] });
  const write = `require('node:fs').writeFileSync(${JSON.stringify(loadedFile)}, JSON.stringify(Object.keys(require.cache)))`;
  writeFileSync(hook, `process.on('exit', () => ${write});`);
  aws = await standIn(({ operation }) =>
    operation === 'StartSyncExecution'
      ? { body: { status: 'SUCCEEDED', output: JSON.stringify(result) } }
      : { body: { Items: [], Count: 0, Responses: {} } },
  );
});
beforeEach(async () => (sink = await collector()));
afterEach(async () => {
  child?.kill('SIGKILL');
  await sink.close();
});
afterAll(async () => {
  await aws.close();
  rmSync(folder, { recursive: true });
});

/** A gateway process that answers a POST and a GET and then receives a signal to stop. */
async function life(env: Record<string, string>) {
  const gateway = fork(bundle, {
    ...{ stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: ['--require', hook] },
    env: {
      ...{ PORT: '0', TABLE_NAME: 'hindsight', NODE_PATH: join(root, 'node_modules') },
      STATE_MACHINE_ARN: 'arn:aws:states:us-east-1:0:stateMachine:x',
      ...{ SFN_ENDPOINT: aws.endpoint, DYNAMODB_ENDPOINT: aws.endpoint, ...env },
    },
  });
  child = gateway;
  let errors = '';
  gateway.stderr?.on('data', (chunk) => (errors += String(chunk)));
  const exit = new Promise<number | null>((resolve) => gateway.once('close', resolve));
  const port = await Promise.race([
    new Promise<number>((resolve) =>
      gateway.once('message', (message) => resolve((message as { port: number }).port)),
    ),
    exit,
  ]);
  const statuses: number[] = [];
  if (gateway.exitCode === null) {
    const products = `http://127.0.0.1:${String(port)}/products/100`;
    const headers = { 'Content-Type': 'application/json' };
    const body = '{"eventType":"productReceived","quantity":1}';
    statuses.push((await fetch(`${products}/events`, { method: 'POST', headers, body })).status);
    statuses.push((await fetch(`${products}/state`)).status);
    gateway.kill('SIGTERM');
  }
  const code = await exit;
  const loaded = JSON.parse(readFileSync(loadedFile, 'utf8')) as string[];
  return {
    code,
    errors,
    statuses,
    loaded: loaded.filter((file) => /opentelemetry.(sdk|exporter)/.test(file)),
  };
}

test('a process with a collector sends its spans before it exits', async () => {
  const { code, statuses, loaded } = await life({
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.endpoint,
    OTEL_EXPORTER_OTLP_TIMEOUT: '600000',
  });
  expect({ code, statuses }).toEqual({ code: 0, statuses: [201, 404] });
  expect(loaded).not.toEqual([]);
  const names = sink.spans.map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining([
      'POST /products/:productId/events',
      'append',
      'GET /products/:productId/state',
      'read stateAt',
    ]),
  );
  expect(sink.bodies.join()).toContain('hindsight-gateway');
});

test('a process without a collector loads nothing of the library', async () => {
  const { code, statuses, loaded } = await life({});
  expect({ code, statuses, loaded }).toEqual({ code: 0, statuses: [201, 404], loaded: [] });
});

test.each([
  ['is not there', () => Promise.resolve('http://127.0.0.1:9')],
  [
    'never answers',
    async () => {
      await sink.close();
      sink = await collector(0);
      return sink.endpoint;
    },
  ],
])('a collector that %s neither disturbs requests nor delays the exit', async (_, endpoint) => {
  const { code, statuses } = await life({ OTEL_EXPORTER_OTLP_ENDPOINT: await endpoint() });
  expect({ code, statuses }).toEqual({ code: 0, statuses: [201, 404] });
});

test.each(['collector:4318', 'nowhere', 'http://'])(
  'an address like %s is refused in one line',
  async (address) => {
    const { code, errors } = await life({ OTEL_EXPORTER_OTLP_ENDPOINT: address });
    expect({ code, errors }).toEqual({
      code: 1,
      errors: expect.stringMatching(/^gateway: the environment variable OTEL_EXPORTER_OTLP_ENDPOINT .*\n$/),
    });
  },
);

test("the Lambda's bundle contains none of it", () => {
  const entryPoints = [join(root, 'apps/gateway/src/lambda.ts')];
  const { metafile } = buildSync({ ...bundling, entryPoints, write: false, outdir: folder, metafile: true });
  expect(
    Object.keys(metafile.inputs).filter((file) => /opentelemetry|tracing\/(start|spans)/.test(file)),
  ).toEqual([]);
});
