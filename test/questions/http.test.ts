import request from 'supertest';
import { gatewayWith, memoryClosings } from '../../apps/gateway/src/testing/fakes';
import { documentation } from '../../apps/gateway/src/testing/documented';
import { at, counted, received, shipped } from '../support/commands';
import { append, newWorld, type World } from '../views/world';

/** Differences and ledgers over HTTP, on a log in memory. */

const { watch, undocumented } = documentation();

afterEach(() => expect(undocumented()).toEqual([]));

const client = ({ log, views, clock }: World) => watch(request.agent(gatewayWith({ log, views, clock }).app));

/** Three products with 10 each; then the second one gets two late events, and the third one an event that is not late. */
async function threeProducts(): Promise<World> {
  const world = newWorld();
  for (const product of ['a', 'b', 'c']) {
    world.seconds += 1;
    await append(world, product, received(10, { eventId: `first-${product}` }));
  }
  world.seconds = 50;
  const late = { effectiveAt: at(10) };
  await append(world, 'b', shipped(4, { eventId: 'forgotten', reason: '=late', ...late }));
  await append(world, 'b', received(1, { eventId: 'found', ...late }));
  await append(world, 'c', shipped(1, { eventId: 'today' }));
  await world.indexer().index(['a', 'b', 'c']);
  world.seconds = 60;
  return world;
}

const QUESTION = `asOf=${at(20)}&from=${at(40)}`;

describe('GET /stock/diff', () => {
  it('lists the products whose answers differ, with the events that changed them', async () => {
    const { body } = await client(await threeProducts())
      .get(`/stock/diff?${QUESTION}`)
      .expect(200);
    expect(body).toMatchObject({ asOf: at(20), from: at(40), to: at(60), settled: false, nextCursor: null });
    expect(body.products).toHaveLength(1);
    expect(body.products[0]).toMatchObject({
      productId: 'b',
      from: { version: 1, state: { quantity: '10' } },
      to: { version: 3, state: { quantity: '7' } },
      change: '-3',
      changed: ['quantity'],
      contributions: [
        { event: { eventId: 'forgotten' }, change: '-4' },
        { event: { eventId: 'found' }, change: '1' },
      ],
      rest: null,
    });
  });

  it('comes in pages that keep the times, or as one stream', async () => {
    const world = await threeProducts();
    const agent = client(world);
    const first = await agent.get('/stock/diff?limit=2').expect(200);
    expect(first.body.products.map(({ productId }: { productId: string }) => productId)).toEqual(['a', 'b']);
    world.seconds = 100;
    await append(world, 'd', received(1));
    await world.indexer().index(['d']);
    const next = await agent.get(`/stock/diff?limit=2&cursor=${first.body.nextCursor}`).expect(200);
    expect(next.body).toMatchObject({ to: at(60), products: [{ productId: 'c' }] });
    const lines = await agent.get('/stock/diff?format=ndjson').expect(200);
    expect(
      lines.text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).productId),
    ).toEqual(['a', 'b', 'c', 'd']);
  });

  it('is CSV with a line for each event', async () => {
    const { text } = await client(await threeProducts())
      .get(`/stock/diff?${QUESTION}&format=csv`)
      .expect(200);
    expect(text.split('\r\n')).toEqual([
      '\ufeffproductId,fromVersion,fromQuantity,toVersion,toQuantity,difference,version,recordedAt,effectiveAt,eventType,eventId,change,changed,recordedBy,targetEventId,reason',
      `b,1,10,3,7,-3,2,${at(50)},${at(10)},productShipped,forgotten,-4,quantity,tester,,'=late`,
      `b,1,10,3,7,-3,3,${at(50)},${at(10)},productReceived,found,1,quantity,tester,,`,
      '',
    ]);
  });

  it('says what a long list of causes leaves out', async () => {
    const world = newWorld();
    for (let index = 0; index < 103; index += 1) {
      world.seconds += 1;
      await append(world, 'a', received(1));
    }
    await world.indexer().index(['a']);
    const { body } = await client(world).get('/stock/diff').expect(200);
    expect(body.products[0].contributions).toHaveLength(100);
    expect(body.products[0]).toMatchObject({ change: '103', rest: { after: 100, change: '3' } });
  });

  it('refuses times in the wrong order, and a cursor of another question', async () => {
    const agent = client(await threeProducts());
    const { body } = await agent.get(`/stock/diff?from=${at(40)}&to=${at(30)}`).expect(400);
    expect(body.errors).toEqual([{ path: 'to', message: 'must not be earlier than from' }]);
    const { body: page } = await agent.get('/stock/diff?limit=1');
    await agent.get(`/stock/diff?${QUESTION}&cursor=${page.nextCursor}`).expect(400);
  });
});

describe('GET /closings/:closingId/diff', () => {
  it('lists what changed in the period since its closing, beginning with the stored rows', async () => {
    const world = await threeProducts();
    const closings = memoryClosings();
    const rows = async function* () {
      for await (const { rows: part } of world.views.stock({ asOf: at(20), knownAt: at(40) }))
        yield part.map((row) => ({ key: row.productId, json: JSON.stringify(row), csv: '' }));
    };
    for (const [closingId, knownAt] of [
      ['october', at(40)],
      ['again', at(55)],
    ] as const) {
      await closings.begin({ closingId, asOf: closingId === 'october' ? at(20) : at(30) }, 'accounting');
      await closings.know(closingId, knownAt);
      await closings.report(closingId).write(rows());
      await closings.reported(closingId, 3);
    }
    const { log, views, clock } = world;
    const agent = watch(request.agent(gatewayWith({ log, views, clock, closings }).app));
    const { body } = await agent.get('/closings/october/diff').expect(200);
    expect(body).toMatchObject({
      closingId: 'october',
      against: 'now',
      asOf: at(20),
      from: at(40),
      to: at(60),
    });
    expect(body.products).toMatchObject([{ productId: 'b', change: '-3' }]);
    const stored = await agent.get('/closings/october').expect(200);
    expect(body.products[0].from.state).toEqual(stored.body.products[1].state);
    const again = await agent.get('/closings/october/diff?against=again').expect(200);
    expect(again.body).toMatchObject({ to: at(55), products: [{ productId: 'b', change: '-3' }] });
    await agent.get('/closings/again/diff?against=october').expect(400);
  });
});

test('a ledger and a difference of one product are CSV as well, in the same pages', async () => {
  const world = newWorld();
  await append(world, 'a', received(10, { eventId: 'r' }));
  world.seconds = 5;
  await append(world, 'a', counted(8, { eventId: 'c', effectiveAt: at(2) }));
  await append(world, 'a', shipped(3, { eventId: 's' }));
  world.seconds = 6;
  const agent = client(world);
  const ledger = await agent.get('/products/a/explain?limit=1').set('Accept', 'text/csv').expect(200);
  expect(ledger.text.split('\r\n').slice(1)).toEqual([
    `a,${at(5)},productShipped,s,-3,5,,3,${at(5)},tester,0,,,,`,
    '',
  ]);
  const next = /<([^>]*)>/.exec(ledger.headers['link'] ?? '')?.[1] ?? '';
  const before = await agent.get(next).set('Accept', 'text/csv').expect(200);
  expect(before.text.split('\r\n').slice(1)).toEqual([
    `a,${at(2)},stockCounted,c,-2,8,-2,2,${at(5)},tester,3,,,,`,
    '',
  ]);
  const diff = await agent.get('/products/a/diff?from=1&format=csv').expect(200);
  expect(diff.text.split('\r\n').slice(1)).toEqual([
    `a,2,${at(5)},${at(2)},stockCounted,c,-2,quantity,tester,,`,
    `a,3,${at(5)},${at(5)},productShipped,s,-3,quantity,tester,,`,
    '',
  ]);
});
