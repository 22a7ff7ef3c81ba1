import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { comparable, exchangesIn } from '../docs/transcript';
import { Api } from '../support/api';
import { startAccount, type Account } from './account';
import { copyCheckout, type Checkout } from './checkout';
import { serveFunction, type HttpFront } from './http-front';
import { dynamodb, identity, Inside, until } from './inside';
import { permissionsOf, requestedBy } from './permissions';
import { Stacks } from './stacks';

const FOLDER = process.env['DEPLOY_FOLDER'] ?? '';
const ROOT = join(__dirname, '../..');
/** The sample's event, as it is in the envelope that an EventBridge rule gets. */
const SAMPLE = {
  eventId: '100',
  eventType: 'productReceived',
  eventCategory: 'inventory',
  productId: '100',
  quantity: '150',
  unitPrice: '$4',
  color: 'blk',
  size: '4.3 lbs',
};

let account: Account;
let checkout: Checkout;
let stacks: Stacks;
let front: HttpFront | undefined;
/** The deployed gateway, through what stands for API Gateway. */
let api: Api;
let inside: Inside;

/** Prints what a run is asked to show. */
const show = (text: string) => process.stdout.write(`${text}\n`);

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await work();
  show(`${what}: ${((performance.now() - start) / 1000).toFixed(0)} s`);
  return result;
}

const received = (eventId: string, quantity: string) => ({
  eventId,
  eventType: 'productReceived',
  quantity,
  unitPrice: '$4',
});
const shipped = (eventId: string, quantity: string) => ({ eventId, eventType: 'productShipped', quantity });
const events = (keys: string[]) => keys.filter((key) => key.startsWith('v#'));

beforeAll(async () => {
  const work = join(FOLDER, 'account');
  mkdirSync(work);
  account = await startAccount(work);
  checkout = copyCheckout(FOLDER);
  stacks = new Stacks(checkout, account.env);
  const prod = {
    alarmAddress: 'alarms@example.com',
    encryption: 'customer',
    authorizer: { type: 'jwt', issuer: 'https://issuer.example.com/', audience: ['hindsight'] },
  };
  writeFileSync(join(checkout.terraform, 'settings.json'), JSON.stringify({ prod }));
});

afterAll(async () => {
  await front?.close();
  await account.stop();
});

describe('deployment', () => {
  test('cdktf deploys dev and prod', async () => {
    await timed('deploy dev and prod', () => stacks.deploy('dev', 'prod'));
    const [dev, prod] = [stacks.deployed('dev'), stacks.deployed('prod')];
    show(`resources: dev ${dev.count}, prod ${prod.count}`);
    expect(dev.outputs['tableName']).toBe('hindsight-dev-events');
    expect(prod.outputs['tableName']).toBe('hindsight-prod-events');
    const types = dev.all('aws_sfn_state_machine').map(({ type }) => String(type));
    expect(types.sort()).toEqual(['EXPRESS', 'STANDARD']);
    front = await serveFunction(account, 'hindsight-dev-gateway');
    api = new Api(front.url);
    inside = new Inside(account, dev.outputs);
  });

  test.each(['dev', 'prod'] as const)('a second plan of %s is empty', async (stack) => {
    const { status, output } = await timed(`second plan of ${stack}`, () => stacks.plan(stack));
    const changes = output.split('\n').filter((line) => /^ {2}# |^Plan:/.test(line));
    expect({ status, changes }).toEqual({ status: 0, changes: [] });
  });
});

describe('the deployed gateway', () => {
  test('is alive and ready', async () => {
    expect((await api.get('/healthz')).status).toBe(200);
    expect((await api.get('/readyz')).status).toBe(200);
  });

  test('answers as the README says', async () => {
    const exchanges = exchangesIn(readFileSync(join(ROOT, 'README.md'), 'utf8'));
    expect(exchanges.length).toBeGreaterThan(5);
    for (const { command, answer } of exchanges) {
      const here = command.replaceAll('localhost:3000', api.url.replace('http://', ''));
      const { stdout } = await promisify(execFile)('bash', ['-c', here], { cwd: ROOT });
      expect([command, comparable(stdout, exchanges)]).toEqual([command, comparable(answer, exchanges)]);
    }
  });

  test('repairs checkpoints after a late event', async () => {
    const at = (day: number) => `2026-01-0${day}T00:00:00.000Z`;
    await api.append('late', { ...received('r1', '100'), effectiveAt: at(1) });
    await api.append('late', { ...shipped('s1', '10'), effectiveAt: at(5) });
    const late = await api.append('late', { ...shipped('s2', '25'), effectiveAt: at(3) });
    expect(late).toMatchObject({ status: 201, body: { adjustment: { after: { quantity: '65' } } } });
    expect(await api.state('late', { asOf: at(4) })).toMatchObject({ body: { state: { quantity: '75' } } });
    // Asked for by the machine and not waited for: they appear on their own.
    await until(async () => (await inside.keys('late')).find((key) => key.startsWith('c#')));
    expect(await api.state('late', { asOf: at(4) })).toMatchObject({ body: { state: { quantity: '75' } } });
  });

  test('answers a repetition with the first result', async () => {
    const first = await api.append('twice', received('same', '7'));
    const second = await api.append('twice', received('same', '7'));
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expect(second.body).toEqual(first.body);
  });

  test('refuses what breaks a rule, and stores nothing', async () => {
    await api.append('scarce', received('r1', '5'));
    const answer = await api.append('scarce', shipped('s1', '6'));
    expect(answer).toMatchObject({ status: 409, body: { type: '/problems/insufficient-stock' } });
    expect(events(await inside.keys('scarce'))).toHaveLength(1);
  });

  test('loses races without losing events', async () => {
    const all = Array.from({ length: 6 }, (_, index) => index);
    const answers = await Promise.all(all.map((index) => api.append('raced', received(`r${index}`, '1'))));
    expect(answers.map(({ status }) => status)).toEqual(all.map(() => 201));
    const versions = answers.map(({ body }) => (body as { version: number }).version);
    expect(versions.sort()).toEqual(all.map((index) => index + 1));
    expect(await api.state('raced')).toMatchObject({ body: { state: { quantity: '6' } } });
  });
});

// In prod, because the README and the scenarios both begin with the sample's product.
test('prod passes the acceptance scenarios that `npm start` passes', async () => {
  const prod = await serveFunction(account, 'hindsight-prod-gateway');
  const jest = join(ROOT, 'node_modules/jest/bin/jest.js');
  const config = join(__dirname, 'acceptance.config.cjs');
  // Many writers at once are more than the stand-in serves within the gateway's own limits of time.
  const args = [
    jest,
    '--config',
    config,
    '--forceExit',
    '--testNamePattern',
    '^(?!.*(a hundred events|20 of 32 clients))',
  ];
  const { status, output } = await timed('acceptance', () =>
    checkout.run(process.execPath, args, { cwd: ROOT, env: { DEPLOYED_URL: prod.url, NO_COLOR: '1' } }),
  );
  await prod.close();
  if (status !== 0) throw new Error(output);
  show(/Tests: .*/.exec(output)?.[0] ?? '');
});

describe('the deployed STANDARD machine', () => {
  test('takes what the gateway hands it', async () => {
    const execution = await inside.end(await inside.start({ productId: 'async', body: received('r1', '9') }));
    expect(execution['status']).toBe('SUCCEEDED');
    const result: unknown = JSON.parse(String(execution['output']));
    expect(result).toMatchObject({ version: 1, state: { quantity: '9' } });
  });

  test('takes an EventBridge event in the envelope of the sample, once', async () => {
    await inside.publish({ ...SAMPLE, productId: 'bus' }, 2);
    await until(async () => events(await inside.keys('bus'))[0]);
    expect(events(await inside.keys('bus'))).toHaveLength(1);
    const answer = await api.state('bus');
    expect(answer).toMatchObject({ body: { version: 1, state: { quantity: '150', color: 'blk' } } });
  });

  test('fails by name for a broken rule', async () => {
    const execution = await inside.end(await inside.start({ productId: 'none', body: shipped('s1', '1') }));
    expect(execution).toMatchObject({ status: 'FAILED', error: 'RuleBroken' });
    expect(JSON.parse(String(execution['cause']))).toHaveProperty('adjustment.conflicts');
  });

  test('returns from a lost race to the reducer', async () => {
    let product = 0;
    // Which of them loses, and whether one does, is chance: as often as it takes.
    const loser = await until(async () => {
      product += 1;
      const inputs = [1, 2, 3, 4].map((n) => ({
        productId: `race-${product}`,
        body: received(`r${n}`, '1'),
      }));
      const started = await Promise.all(inputs.map((input) => inside.start(input)));
      const ended = await Promise.all(started.map((execution) => inside.end(execution)));
      expect(ended.map(({ status }) => String(status))).toEqual(inputs.map(() => 'SUCCEEDED'));
      const paths = await Promise.all(started.map((execution) => inside.path(execution)));
      return paths.find((path) => path.includes('LostRace'));
    });
    expect(loser.filter((state) => state === 'ProcessProductReceived').length).toBeGreaterThan(1);
    expect(loser.at(-1)).toBe('Done');
  });
});

test('no function has done what its role does not grant', () => {
  const roles = { dev: permissionsOf(stacks.deployed('dev')), prod: permissionsOf(stacks.deployed('prod')) };
  const requests = requestedBy(account.calls());
  expect([...requests.keys()]).toContain('hindsight-dev-repair-checkpoints');
  for (const [name, wanted] of requests) {
    const permissions = name.startsWith('hindsight-prod-') ? roles.prod : roles.dev;
    expect({ name, refused: wanted.filter((request) => !permissions.allow(name, request)) }).toEqual({
      name,
      refused: [],
    });
  }
});

test('an upgrade adds an event type, changes the functions and keeps the table', async () => {
  const before = await identity(account, 'hindsight-dev-events');
  checkout.addEventType(
    { folder: 'product-received', name: 'productReceived' },
    { folder: 'product-returned', name: 'productReturned' },
  );
  await checkout.build();
  const printed = await timed('upgrade of dev', () => stacks.deploy('dev'));
  show(/Resources: .*destroyed/.exec(printed)?.[0] ?? 'no changes');
  expect(printed).toMatch(/[1-9]\d* added, [1-9]\d* changed, 0 destroyed/);
  expect(await identity(account, 'hindsight-dev-events')).toEqual(before);

  const returned = { ...received('b1', '3'), eventType: 'productReturned' };
  expect(await api.append('twice', returned)).toMatchObject({
    status: 201,
    body: { version: 2, state: { quantity: '10' } },
  });
});

describe('removal', () => {
  test('destroying dev leaves nothing of it', async () => {
    await timed('destroy dev', () => stacks.destroy('dev'));
    expect(stacks.deployed('dev').count).toBe(0);
    expect(await dynamodb(account, 'ListTables', {})).toEqual({ TableNames: ['hindsight-prod-events'] });
  });

  test('prod is not destroyed as long as its table is protected', async () => {
    await expect(stacks.destroy('prod')).rejects.toThrow(/prevent_destroy/);
    expect(await dynamodb(account, 'DescribeTable', { TableName: 'hindsight-prod-events' })).toMatchObject({
      Table: { TableStatus: 'ACTIVE', DeletionProtectionEnabled: true },
    });
  });

  test('retiring prod leaves its table', async () => {
    const before = await identity(account, 'hindsight-prod-events');
    await timed('retire prod', () => stacks.retire('prod'));
    expect(stacks.deployed('prod').count).toBe(0);
    expect(await identity(account, 'hindsight-prod-events')).toEqual(before);
  });
});
