// Emmett with its store in memory: no database at all, so its times are those of a fold in JavaScript. Its SQLite
// store needs a native module built on installation, and its other stores need servers.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { anyVersion, isReceipt, quantityOf } from './stream.mjs';

const require = createRequire(import.meta.url);

const eventOf = (version) => ({
  type: isReceipt(version) ? 'ProductReceived' : 'ProductShipped',
  data: { quantity: quantityOf(version) },
});

const evolve = (quantity, { type, data }) =>
  type === 'ProductReceived' ? quantity + data.quantity : quantity - data.quantity;

export function emmett() {
  const { getInMemoryEventStore } = require('@event-driven-io/emmett');
  const manifest = new URL('node_modules/@event-driven-io/emmett/package.json', import.meta.url);
  const { version: release } = JSON.parse(readFileSync(manifest, 'utf8'));
  const store = getInMemoryEventStore();
  const aggregate = (productId, read) =>
    store.aggregateStream(productId, { evolve, initialState: () => 0, ...(read && { read }) });
  async function append(productId, _length, count = 1) {
    const { currentStreamVersion } = await aggregate(productId);
    const first = Number(currentStreamVersion) + 1;
    const events = Array.from({ length: count }, (_, i) => eventOf(first + i));
    const expectedStreamVersion =
      currentStreamVersion === 0n ? 'STREAM_DOES_NOT_EXIST' : currentStreamVersion;
    await store.appendToStream(productId, events, { expectedStreamVersion });
  }
  return {
    name: `Emmett ${release}, in memory (no database)`,
    async fill(productId, length) {
      const all = Array.from({ length }, (_, i) => eventOf(i + 1));
      await store.appendToStream(productId, all);
    },
    operations: {
      append,
      stateNow: (productId) => aggregate(productId),
      stateAt: (productId, length) => aggregate(productId, { to: BigInt(anyVersion(length)) }),
      read100: (productId, length) =>
        store.readStream(productId, { from: BigInt(Math.max(0, length - 100)) }),
      batch25: (productId, length) => append(productId, length, 25),
    },
    stop: () => undefined,
  };
}
