import fc from 'fast-check';
import { inKeyOrder } from './key-order';

test('a value is the same in whatever order its keys come, all the way down', () => {
  expect(JSON.stringify(inKeyOrder({ b: 1, a: { d: null, c: [{ f: 2, e: 3 }, 'x', null] } }))).toBe(
    '{"a":{"c":[{"e":3,"f":2},"x",null],"d":null},"b":1}',
  );
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const turned = Object.fromEntries(Object.entries(value).toReversed());
      expect(JSON.stringify(inKeyOrder(turned))).toBe(JSON.stringify(inKeyOrder(value)));
      expect(inKeyOrder(value)).toEqual(value);
    }),
  );
});
