import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { result } from './testing/fakes';
import { standIn, type Answer, type StandIn } from './testing/stand-in';

const root = join(__dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'gateway-'));
const bundle = join(folder, 'main.js');
const SUCCEEDED = { body: { status: 'SUCCEEDED', output: JSON.stringify(result) } };

let aws: StandIn;
let answer: () => Answer | Promise<Answer> = () => SUCCEEDED;
const children: ChildProcess[] = [];

beforeAll(async () => {
  const packages = ['domain', 'event-log', 'workflow'];
  const alias = Object.fromEntries(
    packages.map((name) => [`@hindsight/${name}`, join(root, 'packages', name, 'src/index.ts')]),
  );
  buildSync({
    entryPoints: [join(__dirname, 'main.ts')],
    bundle: true,
    platform: 'node',
    target: 'node20',
    outfile: bundle,
    alias,
    logLevel: 'error',
  });
  aws = await standIn(() => answer());
});

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await aws.close();
  rmSync(folder, { recursive: true });
});

/** Starts the gateway as a separate process. */
function start(env: Record<string, string> = {}) {
  const child = fork(bundle, {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [],
    env: {
      ...{
        PORT: '0',
        TABLE_NAME: 'hindsight',
        STATE_MACHINE_ARN: 'arn:aws:states:us-east-1:0:stateMachine:x',
      },
      ...{ SFN_ENDPOINT: aws.endpoint, DYNAMODB_ENDPOINT: aws.endpoint, ...env },
    },
  });
  children.push(child);
  let errors = '';
  child.stderr?.on('data', (chunk) => (errors += String(chunk)));
  const ended = Promise.all([
    new Promise<number | null>((resolve) => child.once('exit', resolve)),
    new Promise((resolve) => child.stderr?.once('end', resolve)),
  ]).then(([code]) => ({ code, errors }));
  const ready = new Promise<number>((resolve) =>
    child.once('message', (message) => resolve((message as { port: number }).port)),
  );
  return { child, ended, ready };
}

const post = (port: number) =>
  fetch(`http://127.0.0.1:${port}/products/100/events`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"eventType":"productReceived","quantity":1}',
  });

test.each(['SIGTERM', 'SIGINT'] as const)(
  'finishes requests in progress on %s, and exits with 0',
  async (signal) => {
    const { child, ended, ready } = start();
    const port = await ready;
    let finish!: (answer: Answer) => void;
    const started = new Promise<void>((resolve) => {
      answer = () => {
        resolve();
        return new Promise((finished) => (finish = finished));
      };
    });
    const posted = post(port);
    await started;
    child.kill(signal);
    finish(SUCCEEDED);
    expect((await posted).status).toBe(201);
    expect((await ended).code).toBe(0);
  },
);

test('exits when its parent process has ended', async () => {
  const { child, ended, ready } = start();
  await ready;
  child.disconnect();
  expect((await ended).code).toBe(0);
});

test('reports in one line that its port is in use, and exits with 1', async () => {
  const first = start();
  const port = await first.ready;
  const { code, errors } = await start({ PORT: String(port) }).ended;
  expect({ code, errors }).toEqual({
    code: 1,
    errors: expect.stringMatching(/^gateway: port \d+ of 127\.0\.0\.1 is taken.*\n$/),
  });
  first.child.kill('SIGTERM');
  await first.ended;
});

test('does not listen on a reachable address without authentication', async () => {
  const { code, errors } = await start({ HOST: '0.0.0.0' }).ended;
  expect({ code, errors }).toEqual({
    ...{ code: 1, errors: expect.stringMatching(/^gateway: HOST is 0.0.0.0, .*API_TOKENS_FILE.*\n$/) },
  });
});

test.each([
  [{ TABLE_NAME: '' }, 'TABLE_NAME'],
  [{ PORT: '99999' }, 'PORT'],
  [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL'],
])('names the invalid setting of %j in one line', async (env, name) => {
  const { code, errors } = await start(env).ended;
  expect(code).toBe(1);
  expect(errors).toMatch(new RegExp(`^gateway: the environment variable ${name} .*\n$`));
});
