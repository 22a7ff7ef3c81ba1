import { loadContent, storeContent } from './stored-content';

const content = { eventType: 'productReceived', schemaVersion: 1, metadata: { b: '2', a: '1' } };

test('metadata is stored as one text, and loaded in the order of its names', () => {
  const stored = storeContent(content);
  expect(stored).toEqual({ ...content, metadata: '{"b":"2","a":"1"}' });
  expect(JSON.stringify(loadContent(stored).metadata)).toBe('{"a":"1","b":"2"}');
});

test('metadata that was stored as a map is loaded as it is', () => {
  expect(loadContent(content)).toEqual(content);
});

test('content without metadata stays without', () => {
  const { metadata, ...without } = content;
  expect(loadContent(storeContent(without))).toEqual(without);
});
