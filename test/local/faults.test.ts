import { execFileSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  statfsSync,
  writeFileSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { eventually } from './application';
import { append, applications, quantity } from './applications';

// Each start takes a second or two on a free machine, and many times that on a busy one.
jest.setTimeout(120_000);

const { folder, startAndWait, stopAll } = applications('faults');
afterAll(async () => {
  if (disk !== undefined) execFileSync('umount', ['-l', disk]);
  await stopAll();
});

interface Answer {
  readonly path: string;
  readonly status: number;
  readonly type: string;
  readonly ms: number;
  readonly eventLog?: string;
}

async function ask(url: string, event?: object): Promise<Answer> {
  const began = performance.now();
  const post = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(event),
  };
  const response = await fetch(url, event && post);
  const { type = '', checks } = (await response.json()) as { type?: string; checks?: { eventLog: string } };
  const ms = performance.now() - began;
  return {
    path: url.slice(url.lastIndexOf('/')),
    status: response.status,
    type,
    ms,
    ...(checks && { eventLog: checks.eventLog }),
  };
}

const readiness = async (url: string) => (await ask(`${url}/readyz`)).eventLog;
const event = { eventType: 'productReceived', quantity: 5 };

test('an engine that has stalled: 503 within 20 seconds, its name in /readyz and in the log, and then all goes on', async () => {
  const { url, ...application } = await startAndWait('stalled').then((one) => ({
    url: one.url,
    output: () => one.output,
    engine: one.part('dynoxide'),
  }));
  expect(await append(url, 'thing')).toBe(201);
  process.kill(application.engine, 'SIGSTOP');
  try {
    const at = `${url}/products/thing`;
    const stalled = ['events', 'events', 'events?dryRun=true'].map((path) => ask(`${at}/${path}`, event));
    const answers = [...stalled, ask(`${at}/state`), ask(`${at}/events`)];
    await eventually(async () => (await readiness(url)) === 'stalled');
    for (const answer of await Promise.all(answers)) {
      const type = expect.stringMatching(/^\/problems\/(unavailable|contention)$/) as string;
      expect(answer).toMatchObject({ status: 503, type });
      expect({ ...answer, late: answer.ms > 20_000 }).toMatchObject({ late: false });
    }
    await eventually(() => application.output().includes('the DynamoDB engine has stalled'));
  } finally {
    process.kill(application.engine, 'SIGCONT');
  }
  await eventually(async () => (await readiness(url)) === 'ok');
  await eventually(async () => (await append(url, 'other')) === 201);
  expect(await quantity(url, 'other')).toBe('5');
});

/** A file system of two megabytes; undefined where this user may not make one. */
function smallDisk(): string | undefined {
  const place = join(folder, 'small');
  mkdirSync(place);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', place], { stdio: 'ignore' });
    return place;
  } catch {
    return undefined;
  }
}

const disk = smallDisk();

(disk === undefined ? test.skip : test)(
  'a full disk: 503, its name in /readyz and in the log, reads go on, and writes do when there is room again (requires a mount of tmpfs)',
  async () => {
    const application = await startAndWait(join('small', 'data'));
    const { url } = application;
    expect(await append(url, 'thing')).toBe(201);
    // All but some kilobytes are somebody else's.
    const filler = join(String(disk), 'filler');
    const { bavail, bsize } = statfsSync(String(disk));
    writeFileSync(filler, Buffer.alloc(bavail * bsize - 40_000));
    const long = { ...event, reason: 'x'.repeat(900) };
    await eventually(async () => (await append(url, 'thing', long)) === 503);
    expect(await readiness(url)).toBe('disk-full');
    await eventually(() => application.output.includes('disk full: there is no room in DATA_DIR'));
    expect((await ask(`${url}/products/thing/state`)).status).toBe(200);
    expect(existsSync(join(String(disk), 'data', 'hindsight.db'))).toBe(true);
    const file = openSync(filler, 'r+');
    ftruncateSync(file, 0);
    closeSync(file);
    await eventually(async () => (await append(url, 'other')) === 201);
    await eventually(async () => (await readiness(url)) === 'ok');
    await eventually(() => application.output.includes('the DynamoDB engine is well again'));
    await application.stop();
  },
);

(disk === undefined ? test.skip : test)(
  'a log on a full disk costs lines, and not the server (requires a mount of tmpfs)',
  async () => {
    const log = join(String(disk), 'log');
    const application = await startAndWait('logging', { LOG_LEVEL: 'info' }, log);
    const filler = join(String(disk), 'filler');
    writeFileSync(filler, Buffer.alloc(1));
    const { bavail, bsize } = statfsSync(String(disk));
    writeFileSync(filler, Buffer.alloc(bavail * bsize));
    const gateway = application.part('gateway/dist/main.js');
    for (let count = 0; count < 60; count += 1)
      expect((await ask(`${application.url}/products/nothing/state`)).status).toBe(404);
    expect(application.seek('gateway/dist/main.js')).toBe(gateway);
    rmSync(filler);
    await eventually(async () => {
      await ask(`${application.url}/products/again/state`);
      return readFileSync(log, 'utf8').includes('/products/again/state');
    });
    await application.stop();
  },
);
