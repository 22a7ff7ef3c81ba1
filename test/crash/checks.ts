import assert from 'node:assert/strict';
import type { Answer, Api } from '../support/api';
import type { Sent } from './client';

/** A repetition of a success is the first answer, word by word. */
export function checkRetry({ product, body, answer: first }: Sent, again: Answer): void {
  const what = `${product} ${JSON.stringify(body)}`;
  assert.equal(again.status, 200, `a retry of ${what} got ${again.status}: ${JSON.stringify(again.body)}`);
  assert.equal(again.headers.get('idempotent-replayed'), 'true', what);
  assert.deepEqual(again.body, first?.body, `the answer to a retry of ${what}`);
}

/** @returns how many events the log has */
export async function checkLog(api: Api, product: string, stored: readonly Sent[]): Promise<number> {
  const events = await api.events(product);
  const versions = events.map(({ version }) => version);
  assert.deepEqual(
    versions,
    events.map((_, index) => index + 1),
    `${product}: versions without a gap`,
  );
  const recorded = new Map(events.map((event) => [event.eventId, event.version]));
  assert.equal(recorded.size, events.length, `${product}: no event twice`);
  for (const { answer } of stored) {
    for (const { eventId, version } of answer?.body.events as { eventId: string; version: number }[])
      assert.equal(recorded.get(eventId), version, `${product}: ${eventId} was acknowledged`);
  }
  await checkStock(api, product);
  return events.length;
}

/** At no moment of its life does the product lack stock. */
async function checkStock(api: Api, product: string): Promise<void> {
  for (let cursor: string | undefined; ;) {
    const query = { limit: 200, ...(cursor !== undefined && { cursor }) };
    const { data } = await api.client.GET('/products/{productId}/timeline', {
      params: { path: { productId: product }, query },
    });
    assert(data, `${product} has a timeline`);
    for (const { effectiveAt, state } of data.entries)
      assert(Number(state.quantity) >= 0, `${product} has ${state.quantity} at ${effectiveAt}`);
    if (typeof data.nextCursor !== 'string') return;
    cursor = data.nextCursor;
  }
}
