import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer, type RunningServer } from '../support/processes';
import { Api } from '../support/api';
import { at } from '../support/commands';

const seed = (name: string) =>
  JSON.parse(readFileSync(join(__dirname, `../data/seed/product-${name}.json`), 'utf8')) as {
    detail: { ProductEvent: Record<string, unknown> };
  };

/** The sample's payload as it is, but for an event id of its own. */
const withId = (name: string, eventId: string) => {
  const envelope = seed(name);
  return { ...envelope, detail: { ProductEvent: { ...envelope.detail.ProductEvent, eventId } } };
};

/** Divides how many clients there are at once, for a home that is slow; the scenarios stay what they are. */
const SCALE = Number(process.env['ACCEPTANCE_SCALE'] ?? 1);
const MANY = Math.ceil(100 / SCALE);
const REPEATS = Math.ceil(50 / SCALE);
const [CLIENTS, PIECES] = [Math.ceil(32 / SCALE), Math.ceil(20 / SCALE)];

jest.setTimeout(120_000);

// What `npm start` runs; test/deploy runs the same scenarios against what is deployed.
describe('the API', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'hindsight-acceptance-'));
  let server: RunningServer;
  let api: Api;
  let products = 0;
  let product: string;

  const start = async () => {
    server = await startServer(dataDir);
    api = new Api(server.url);
  };
  beforeAll(start);
  afterAll(async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  beforeEach(() => {
    products += 1;
    product = `p${products}`;
  });

  it("answers the sample's three events: 150 at $4, 100 left, a price of $5 and the same 100", async () => {
    const received = await api.append('100', withId('received', '100-1'));
    expect(received).toMatchObject({
      status: 201,
      body: {
        version: 1,
        state: {
          quantity: '150',
          unitPrice: { amount: '4', currency: 'USD' },
          color: 'blk',
          size: '4.3 lbs',
        },
      },
    });
    expect(await api.append('100', withId('shipped', '100-2'))).toMatchObject({
      status: 201,
      body: { state: { quantity: '100' } },
    });
    const adjusted = await api.append('100', withId('adjusted', '100-3'));
    expect(adjusted).toMatchObject({
      status: 201,
      body: { version: 3, state: { quantity: '100', unitPrice: { amount: '5', currency: 'USD' } } },
    });
    expect((await api.state('100')).body.state).toEqual(adjusted.body.state);
  });

  it("refuses the sample's second and third event as they are: they share the first one's id", async () => {
    const other = (name: string) => {
      const envelope = seed(name);
      return {
        ...envelope,
        detail: { ProductEvent: { ...envelope.detail.ProductEvent, productId: product } },
      };
    };
    expect(await api.append(product, other('received'))).toMatchObject({ status: 201 });
    for (const name of ['shipped', 'adjusted']) {
      expect(await api.append(product, other(name))).toMatchObject({
        status: 409,
        body: { type: '/problems/event-id-reused' },
      });
    }
    expect(await api.events(product)).toHaveLength(1);
  });

  it(`keeps ${MANY} events sent within a second: all of them, in order, in the state`, async () => {
    const answers = await Promise.all(
      Array.from({ length: MANY }, (_, i) =>
        api.append(product, { eventType: 'productReceived', quantity: 1, eventId: `e${i}` }),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    const events = await api.events(product);
    expect(events.map(({ version }) => version)).toEqual(Array.from({ length: MANY }, (_, i) => i + 1));
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(MANY);
    expect((await api.state(product)).body).toMatchObject({
      version: MANY,
      state: { quantity: String(MANY) },
    });
  });

  it(`lets exactly ${PIECES} of ${CLIENTS} clients ship one of the last ${PIECES} pieces`, async () => {
    await api.append(product, { eventType: 'productReceived', quantity: PIECES });
    const answers = await Promise.all(
      Array.from({ length: CLIENTS }, () =>
        api.append(product, { eventType: 'productShipped', quantity: 1 }),
      ),
    );
    const count = (status: number) => answers.filter((answer) => answer.status === status).length;
    expect([count(201), count(409)]).toEqual([PIECES, CLIENTS - PIECES]);
    const events = await api.events(product);
    expect(events.map(({ version }) => version)).toEqual(Array.from({ length: PIECES + 1 }, (_, i) => i + 1));
  });

  it(`makes one event of the same request sent ${REPEATS} times, and again after a restart`, async () => {
    const body = { eventId: 'once', eventType: 'productReceived', quantity: '7' };
    const answers = await Promise.all(Array.from({ length: REPEATS }, () => api.append(product, body)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(REPEATS - 1);
    await server.stop();
    await start();
    const again = await api.append(product, body);
    expect(again).toMatchObject({ status: 200, body: answers.find(({ status }) => status === 201)?.body });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await api.events(product)).toHaveLength(1);
  });

  it('appends in the background for whom that is soon enough, with the same result', async () => {
    const event = { eventId: 'r1', eventType: 'productReceived', quantity: '3' };
    const taken = await api.appendLater(product, event);
    expect(taken.status).toBe(202);
    expect(taken.headers.get('preference-applied')).toBe('respond-async');
    const ended = await api.execution(taken.headers.get('location') ?? '');
    expect(ended).toMatchObject({ status: 'succeeded', result: { version: 1, state: { quantity: '3' } } });
    // What the same request gets that waits for it: it is a repetition by now.
    const waited = await api.append(product, event);
    expect(waited).toMatchObject({ status: 200, body: ended.result });

    const broken = { eventId: 's1', eventType: 'productShipped', quantity: '4', effectiveAt: at(0) };
    const later = await api.appendLater(product, broken);
    const { status, problem } = await api.execution(later.headers.get('location') ?? '');
    const { status: code, body } = await api.append(product, broken);
    expect([status, code]).toEqual(['failed', 409]);
    expect(problem).toEqual(body);
    expect(await api.events(product)).toHaveLength(1);
  });

  it('adjusts the past, repairs its stored states and answers as of any moment, as known at any moment', async () => {
    await api.append(product, {
      eventId: 'a',
      eventType: 'productReceived',
      quantity: 40,
      effectiveAt: at(0),
    });
    await api.append(product, {
      eventId: 'b',
      eventType: 'productShipped',
      quantity: 30,
      effectiveAt: at(60),
    });
    const refused = await api.append(product, {
      eventType: 'productShipped',
      quantity: 25,
      effectiveAt: at(30),
    });
    expect(refused).toMatchObject({
      status: 409,
      body: {
        type: '/problems/insufficient-stock',
        adjustment: {
          eventsAffected: 1,
          conflicts: [{ eventId: 'b', deficit: '15', first: true, deepest: true }],
        },
      },
    });
    const dry = await api.append(
      product,
      { eventType: 'productShipped', quantity: 25, effectiveAt: at(30) },
      { dryRun: true, onConflict: 'flag' },
    );
    expect(dry).toMatchObject({ status: 200, body: { dryRun: true, state: { quantity: '-15' } } });
    const late = await api.append(product, {
      eventType: 'productReceived',
      quantity: 5,
      effectiveAt: at(30),
    });
    expect(late).toMatchObject({
      status: 201,
      body: {
        adjustment: {
          before: { quantity: '10' },
          after: { quantity: '15' },
          changes: [{ before: '40', after: '45' }, {}],
        },
      },
    });
    expect(await api.state(product, { asOf: at(30) })).toMatchObject({
      status: 200,
      body: { state: { quantity: '45' } },
    });
    expect(await api.state(product, { asOf: at(30), version: 2 })).toMatchObject({
      body: { state: { quantity: '40' } },
    });
    const correction = {
      eventType: 'eventCorrected',
      targetEventId: 'a',
      replacement: { eventType: 'productReceived', quantity: 50 },
    };
    expect(await api.append(product, correction)).toMatchObject({
      status: 201,
      body: { state: { quantity: '25' } },
    });
    expect(
      await api.append(product, { eventType: 'eventRetracted', targetEventId: 'nothing' }),
    ).toMatchObject({
      status: 422,
      body: { type: '/problems/target-not-found' },
    });
  });
});
