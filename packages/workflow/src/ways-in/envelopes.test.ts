import fc from 'fast-check';
import { read, received } from '../testing/read';

test('whatever JSON comes in an envelope, it is answered', () => {
  const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom('1.0', received, null));
  const name = fc.constantFrom(
    ...['specversion', 'id', 'source', 'type', 'subject', 'time', 'data', 'detail', 'ProductEvent'],
    ...['__proto__', 'constructor', 'datacontenttype', 'data_base64'],
  );
  const object = fc.dictionary(name, value, { maxKeys: 8 });
  fc.assert(
    fc.property(fc.oneof(object, fc.array(object, { maxLength: 3 })), (body) => {
      expect(read(JSON.parse(JSON.stringify(body)) as unknown).length).toBeGreaterThan(0);
    }),
    { numRuns: 500 },
  );
});
