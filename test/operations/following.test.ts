import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Api } from '../support/api';
import { startServer, type RunningServer } from '../support/processes';

jest.setTimeout(60_000);

/** The whole application as `npm start` runs it, with all that it says of itself. */
describe('an append can be followed', () => {
  let server: RunningServer;
  const dataDir = mkdtempSync(join(tmpdir(), 'hindsight-following-'));
  const answers: Record<string, Awaited<ReturnType<Api['append']>>> = {};
  let lines: Record<string, unknown>[];

  const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
  beforeAll(async () => {
    server = await startServer(dataDir, { LOG_LEVEL: 'info' });
    const append = async (id: string, event: object, headers = {}) => {
      const client = new Api(server.url, { 'X-Request-Id': id, ...headers });
      answers[id] = await client.append('followed', event);
    };
    const traceparent = `00-${TRACE}-00f067aa0ba902b7-01`;
    await append('in-time', {
      eventType: 'productReceived',
      quantity: 41_443,
      effectiveAt: '2026-01-02T00:00:00Z',
    });
    await append(
      'late',
      { eventType: 'productReceived', quantity: 2, effectiveAt: '2026-01-01T00:00:00Z' },
      { traceparent },
    );
    await append('refused', { eventType: 'productShipped', quantity: 90_000 });
    await append('invalid', { eventType: 'productShipped', quantity: 'many' });
    await server.stop();
    const { output } = await server.ended;
    lines = output
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  });
  afterAll(async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const linesOf = (requestId: string) => lines.filter((line) => line['requestId'] === requestId);
  const lineOf = (requestId: string, msg: string) => linesOf(requestId).find((line) => line['msg'] === msg);

  test('from its request by its id and its execution to the event that it became', () => {
    const { body, headers } = answers['in-time'] as (typeof answers)[string];
    expect(headers.get('x-request-id')).toBe('in-time');
    const processed = lineOf('in-time', 'processed');
    const answered = lineOf('in-time', 'answered');
    expect(processed).toMatchObject({
      productId: 'followed',
      version: body.version,
      outcome: 'to be stored',
      attempt: 0,
    });
    expect(answered).toMatchObject({ status: 201, version: body.version, path: '/products/followed/events' });
    expect(answered?.['execution']).toMatch(/^[0-9a-f-]{36}$/);
    expect(processed?.['execution']).toBe(answered?.['execution']);
  });

  test('when it is late: how far, to the repair that it asked for, and in the trace of its client', () => {
    expect(lineOf('late', 'processed')).toMatchObject({ version: 2, eventsAffected: 1, traceId: TRACE });
    expect(lineOf('late', 'repaired')).toMatchObject({ productId: 'followed', traceId: TRACE });
    expect(lineOf('late', 'answered')).toMatchObject({ version: 2, traceId: TRACE });
  });

  test('when it is refused: why', () => {
    expect(lineOf('refused', 'processed')).toMatchObject({ outcome: 'refused', failure: 'RuleBroken' });
    expect(lineOf('refused', 'answered')).toMatchObject({ status: 409, failure: 'RuleBroken' });
    expect(lineOf('invalid', 'not valid')).toMatchObject({ failure: 'InvalidEvent' });
    expect(lineOf('invalid', 'answered')).toMatchObject({ status: 422, failure: 'InvalidEvent' });
  });

  test('and no line tells what is in an event', () => {
    expect(lines.length).toBeGreaterThan(8);
    expect(JSON.stringify(lines)).not.toMatch(/41443|90000|many/);
  });
});
