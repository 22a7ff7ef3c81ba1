import { fieldNames } from '@hindsight/domain';
import { ClosingRegister, createMemoryStore, type Store } from '@hindsight/event-log';
import type { Agent } from 'supertest';
import type { Dependencies } from '../app';
import { failingLog, memoryClosings, NOW } from './fakes';

/** A client of a gateway with these dependencies. */
type Over = (dependencies?: Partial<Dependencies>) => Agent;

/** A register with closings of two months, of which the first has a report. */
export async function twoClosings(): Promise<ClosingRegister> {
  const closings = memoryClosings();
  for (const closingId of ['2026-09', '2026-10'])
    await closings.begin({ closingId, asOf: `${closingId}-30T00:00:00.000Z` }, 'accounting');
  const state = { productId: '100', ...Object.fromEntries(fieldNames.map((name) => [name, null])) };
  const row = { productId: '100', version: 1, state: { ...state, quantity: '1', status: 'available' } };
  const json = JSON.stringify({ ...row, lastEffectiveAt: NOW });
  const rows = async function* () {
    yield await Promise.resolve([{ key: '100', json, csv: '100\r\n' }]);
  };
  await closings.know('2026-09', NOW);
  await closings.report('2026-09').write(rows());
  await closings.reported('2026-09', 1);
  return closings;
}

/** Registers of a table that fails. */
const failingClosings = [
  Object.assign(new Error('down'), { name: 'StoreUnavailable' }),
  new TypeError('ours'),
].map((error) => {
  const fail = () => Promise.reject(error);
  const pages = () => ({ [Symbol.asyncIterator]: () => ({ next: fail }) });
  const store = Object.create(createMemoryStore()) as Store;
  return new ClosingRegister(Object.assign(store, { page: fail, pages }));
});

const october = { closingId: '2026-10', asOf: '2026-10-30T00:00:00Z' };

/** Begins and reopens closings, in every way that a client can. */
export async function closes(over: Over): Promise<void> {
  const send = async (body: object, path = '/closings') =>
    over({ closings: await twoClosings() })
      .post(path)
      .send(body);
  await send({ ...october, closingId: '2026-11', asOf: '2026-11-10' });
  await send({ ...october, closingId: '2026-11', asOf: '2026-11-10' }, '/closings?dryRun=true');
  await send(october);
  await send({ ...october, name: 'another' });
  await send({ ...october, closingId: 'x' });
  await send({ ...october, asOf: 'yesterday' });
  await over().post('/closings').type('text').send('hello');
  await over().post('/closings').accept('image/png').send(october);
  await over()
    .post('/closings')
    .send({ name: 'x'.repeat(70_000) });
  for (const closings of failingClosings) await over({ closings }).post('/closings').send(october);
  const reopen = async (closingId: string) =>
    over({ closings: await twoClosings() }).delete(`/closings/${closingId}`);
  for (const closingId of ['2026-10', '2026-09', 'none', '%ff']) await reopen(closingId);
  await over().delete('/closings/2026-10').accept('image/png');
  for (const closings of failingClosings) await over({ closings }).delete('/closings/2026-10');
}

export async function closings(over: Over, method: 'get' | 'head'): Promise<void> {
  const get = async (path: string) => over({ closings: await twoClosings() })[method](path);
  for (const path of ['/closings', '/closings?x', '/closings/2026-09', '/closings/2026-10?format=csv'])
    await get(path);
  for (const path of ['/closings/2026-09?format=csv', '/closings/2026-09?format=ndjson', '/closings/none'])
    await get(path);
  for (const path of ['/closings', '/closings/2026-09']) {
    await over()[method](path).set('Accept', 'image/png');
    for (const closings of failingClosings) await over({ closings })[method](path);
  }
  await get('/closings/%ff');
  await differences(over, method);
}

/** What changed since a closing, in every way that a client can ask. */
async function differences(over: Over, method: 'get' | 'head'): Promise<void> {
  const [september, october] = ['/closings/2026-09/diff', '/closings/2026-10/diff'];
  const get = async (path: string, dependencies: Partial<Dependencies> = {}) =>
    over({ closings: await twoClosings(), ...dependencies })[method](path);
  for (const path of ['', '?format=csv', '?format=ndjson', '?against=2026-09', '?against=none', '?x'])
    await get(september + path);
  await get(october);
  await get('/closings/none/diff');
  await get('/closings/%ff/diff');
  await over()[method](september).set('Accept', 'image/png');
  await get(september, { log: failingLog(Object.assign(new Error('too old'), { name: 'CodeTooOld' })) });
  for (const failing of failingClosings) await over({ closings: failing })[method](september);
}
