import { createClient, type Schemas } from './index';

/** Keeps the addresses that are asked for, and answers with nothing. */
function recording() {
  const asked: string[] = [];
  const client = createClient({
    baseUrl: 'http://service',
    fetch: ({ url }) => {
      asked.push(url);
      return Promise.resolve(Response.json({}));
    },
  });
  return { client, asked };
}

test.each(['.', '..'])('never asks for another address in place of product %s', async (productId) => {
  const { client, asked } = recording();
  const params = { path: { productId } };
  const body = { eventType: 'productReceived', quantity: 1 } as Schemas['Event'];
  const refusal = { name: 'UnreachableProductError', message: expect.stringContaining(`"${productId}"`) };
  await expect(client.GET('/products/{productId}/state', { params })).rejects.toMatchObject(refusal);
  await expect(client.POST('/products/{productId}/events', { params, body })).rejects.toMatchObject(refusal);
  expect(asked).toEqual([]);
});

test.each(['...', 'a..b', '.a', '%2E%2E'])('asks for product %s as it is named', async (productId) => {
  const { client, asked } = recording();
  await client.GET('/products/{productId}/state', { params: { path: { productId } } });
  expect(asked).toEqual([`http://service/products/${encodeURIComponent(productId)}/state`]);
});
