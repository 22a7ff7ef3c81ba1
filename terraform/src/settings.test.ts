import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSettings, settingsOf } from './settings';

describe('settings', () => {
  test('dev is cheap to throw away, prod is not lost', () => {
    const { dev, prod } = settingsOf();
    expect(dev).toMatchObject({ deletionProtection: false, pointInTimeRecovery: false, logRetention: 14 });
    expect(prod).toMatchObject({ deletionProtection: true, pointInTimeRecovery: true, logRetention: 365 });
  });

  test('both call for IAM, and write no payloads', () => {
    for (const settings of Object.values(settingsOf())) {
      expect(settings).toMatchObject({ authorizer: { type: 'iam' }, logPayloads: false });
    }
  });

  test("a stage's own come last", () => {
    const { dev, prod } = settingsOf({
      common: { region: 'eu-west-1', prefix: 'stock' },
      prod: { region: 'us-east-1' },
    });
    expect([dev.region, dev.prefix]).toEqual(['eu-west-1', 'stock']);
    expect([prod.region, prod.prefix]).toEqual(['us-east-1', 'stock']);
  });

  test.each<[string, object]>([
    ['dev.region', { dev: { region: 'Frankfurt' } }],
    ['prod.prefix', { prod: { prefix: 'Hindsight_' } }],
    ['common.logRetention', { common: { logRetention: 15 } }],
    ['common.authorizer.type', { common: { authorizer: { type: 'none' } } }],
    [
      'common.authorizer.issuer',
      { common: { authorizer: { type: 'jwt', issuer: 'http://x', audience: ['a'] } } },
    ],
    [
      'common.authorizer.audience',
      { common: { authorizer: { type: 'jwt', issuer: 'https://x', audience: [] } } },
    ],
    ['common.corsOrigins.0', { common: { corsOrigins: ['https://shop.example/'] } }],
    ['common.capacity.reads', { common: { capacity: { mode: 'provisioned', writes: 5 } } }],
    ['common.alarmAddress', { common: { alarmAddress: 'nobody' } }],
    ['common.reservedConcurrency.tasks', { common: { reservedConcurrency: { tasks: 0 } } }],
    [
      'common.state.endpoint',
      { common: { state: { backend: 's3', bucket: 'my-state', region: 'eu-west-1', endpoint: 'here' } } },
    ],
    ['common.region', { common: { region: 'cn-north-1' } }],
    ['common.account', { common: { account: '12345' } }],
    ['common.rolePath', { common: { rolePath: 'team' } }],
    ['common.permissionsBoundary', { common: { permissionsBoundary: 'boundary' } }],
    ['common.alarmTopicArn', { common: { alarmTopicArn: 'arn:aws:sqs:eu-central-1:123456789012:queue' } }],
    ['common.tableName', { common: { tableName: 'a/b' } }],
    ['stages.staging.like', { stages: { staging: {} } }],
    ['stages.a-stage-too-long', { stages: { 'a-stage-too-long': { like: 'dev' } } }],
    ['stages.prod', { stages: { prod: { like: 'prod' } } }],
    ['common.state.bucket', { common: { state: { backend: 's3', region: 'eu-west-1' } } }],
  ])('refuses %s, by name', (path, given) => {
    expect(() => settingsOf(given)).toThrow(
      new RegExp(`^the settings are not valid\\n {2}${path.replaceAll('.', '\\.')}: `),
    );
  });

  test('of further stages are like those of dev or prod', () => {
    const { us, staging } = settingsOf({
      common: { prefix: 'stock' },
      stages: { us: { like: 'prod', region: 'us-east-1' }, staging: { like: 'dev' } },
    });
    expect(us).toMatchObject({ prefix: 'stock', region: 'us-east-1', deletionProtection: true });
    expect(staging).toMatchObject({ prefix: 'stock', region: 'eu-central-1', deletionProtection: false });
  });

  test('send alarms to one place', () => {
    const alarmTopicArn = 'arn:aws:sns:eu-central-1:123456789012:on-call';
    const common = { alarmAddress: 'alarms@example.com', alarmTopicArn };
    expect(() => settingsOf({ common })).toThrow(/dev have both alarmAddress and alarmTopicArn: give one/);
  });

  test('throttle the API below what the functions of the account can serve', () => {
    const of = (common: object) => settingsOf({ common }).prod.throttling;
    expect(of({})).toEqual({ rate: 1000, burst: 400 });
    // A new account: five gateways and five functions for them.
    expect(of({ functionsAtOnce: 10 })).toEqual({ rate: 10, burst: 4 });
    expect(of({ reservedConcurrency: { gateway: 50, tasks: 50 } })).toEqual({ rate: 100, burst: 40 });
    expect(of({ throttling: { rate: 3000, burst: 500 } })).toEqual({ rate: 3000, burst: 500 });
  });

  test.each<[object, RegExp]>([
    [{ functionsAtOnce: 10, throttling: { rate: 1, burst: 6 } }, /burst is 6, .* serve 5 requests at once/],
    [{ reservedConcurrency: { gateway: 50, tasks: 20 } }, /tasks is 20, .* 50 gateways/],
    [
      { functionsAtOnce: 200, reservedConcurrency: { gateway: 50, tasks: 50 } },
      /takes 200 .* keeps 100 free/,
    ],
  ])('refuses %j: the functions can not serve it', (common, message) => {
    expect(() => settingsOf({ common })).toThrow(message);
  });

  test('refuses what it does not know', () => {
    expect(() => settingsOf({ prod: { regoin: 'eu-west-1' } })).toThrow(/prod: .*regoin/);
    expect(() => settingsOf({ staging: {} })).toThrow(/staging/);
  });

  test('come from a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'hindsight-settings-'));
    const file = join(folder, 'settings.json');
    writeFileSync(file, '{ "dev": { "region": "ap-southeast-2" } }');
    expect(loadSettings(file).dev.region).toBe('ap-southeast-2');
    writeFileSync(file, '{ not json');
    expect(() => loadSettings(file)).toThrow(/settings\.json: /);
    expect(() => loadSettings(join(folder, 'absent.json'))).toThrow(/absent\.json: /);
    rmSync(folder, { recursive: true });
  });
});
