import { summaryPartition } from '@hindsight/event-log';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { comparable, exchangesIn } from '../../docs/transcript';
import { until } from '../inside';
import { events, received, ROOT, shipped, show, world } from '../world';

/** Dev's gateway, by HTTP API events. */
export function gateway(): void {
  test('is alive and ready', async () => {
    expect((await world.api.get('/healthz')).status).toBe(200);
    expect((await world.api.get('/readyz')).status).toBe(200);
  });

  test('answers as the tour says', async () => {
    const exchanges = exchangesIn(readFileSync(join(ROOT, 'docs/how-to/http-tour.md'), 'utf8'));
    expect(exchanges.length).toBeGreaterThan(5);
    for (const { command, answer } of exchanges) {
      const here = command.replaceAll('localhost:3000', world.api.url.replace('http://', ''));
      const { stdout } = await promisify(execFile)('bash', ['-c', here], { cwd: ROOT });
      // The deployed API knows who calls; under `npm start` every caller is anonymous.
      const said = stdout.replaceAll('"recordedBy":"tester"', '"recordedBy":"anonymous"');
      expect([command, comparable(said, exchanges)]).toEqual([command, comparable(answer, exchanges)]);
    }
  });

  test('writes a line about every request', () => {
    const lines = world.account.log('hindsight-dev-gateway').trim().split('\n');
    // Metrics are lines of the log too.
    const written = lines
      .map((line) => JSON.parse(line) as { msg?: string; status?: number })
      .filter(({ msg }) => msg !== undefined);
    expect(written.length).toBeGreaterThan(10);
    for (const line of written) expect(line).toMatchObject({ msg: 'answered', status: expect.any(Number) });
  });

  test('repairs stored states after a late event', async () => {
    const { api, inside } = world;
    const at = (day: number) => `2026-01-0${day}T00:00:00.000Z`;
    await api.append('late', { ...received('r1', '100'), effectiveAt: at(1) });
    await api.append('late', { ...shipped('s1', '10'), effectiveAt: at(5) });
    const late = await api.append('late', { ...shipped('s2', '25'), effectiveAt: at(3) });
    expect(late).toMatchObject({ status: 201, body: { adjustment: { after: { quantity: '65' } } } });
    expect(await api.state('late', { asOf: at(4) })).toMatchObject({ body: { state: { quantity: '75' } } });
    // Asked for by the machine and not waited for: they appear on their own.
    await until(async () => (await inside.keys(summaryPartition('late'))).includes('root'));
    expect(await api.state('late', { asOf: at(4) })).toMatchObject({ body: { state: { quantity: '75' } } });
  });

  test('answers a repetition with the first result', async () => {
    const first = await world.api.append('twice', received('same', '7'));
    const second = await world.api.append('twice', received('same', '7'));
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expect(second.body).toEqual(first.body);
  });

  test('refuses what breaks a rule, and stores nothing', async () => {
    await world.api.append('scarce', received('r1', '5'));
    const answer = await world.api.append('scarce', shipped('s1', '6'));
    expect(answer).toMatchObject({ status: 409, body: { type: '/problems/insufficient-stock' } });
    expect(events(await world.inside.keys('scarce'))).toHaveLength(1);
  });

  test('loses races without losing events', async () => {
    const all = Array.from({ length: 6 }, (_, index) => index);
    const answers = await Promise.all(
      all.map((index) => world.api.append('raced', received(`r${index}`, '1'))),
    );
    expect(answers.map(({ status }) => status)).toEqual(all.map(() => 201));
    const versions = answers.map(({ body }) => (body as { version: number }).version);
    expect(versions.sort()).toEqual(all.map((index) => index + 1));
    expect(await world.api.state('raced')).toMatchObject({ body: { state: { quantity: '6' } } });
  });

  test('hands over to the STANDARD machine for Prefer: respond-async, whose result it tells', async () => {
    const { api, inside } = world;
    const taken = await api.appendLater('later', received('r1', '9'));
    expect(taken.status).toBe(202);
    const location = taken.headers.get('location') ?? '';
    const answer = await api.execution(location);
    expect(answer).toMatchObject({ status: 'succeeded', result: { version: 1, state: { quantity: '9' } } });

    const execution = inside.executionArn(location.replace('/executions/', ''));
    expect(await inside.end(execution)).toMatchObject({ status: 'SUCCEEDED' });
    const path = await inside.path(execution);
    show(`states of an append by the STANDARD machine: ${path.join(', ')}`);
    // The same event sent for an answer at once is a repetition, and is answered with the same result.
    expect((await api.append('later', received('r1', '9'))).body).toEqual(answer.result);
  });
}
