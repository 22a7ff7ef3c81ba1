import { differ, DifferenceFound, show } from './report';

test('a value is shown as JSON, a text as it is, and both are cut where they are long', () => {
  expect(show(undefined)).toBe('nothing');
  expect(show({ a: [1] })).toBe('{"a":[1]}');
  expect(show('x'.repeat(600))).toBe('x'.repeat(600));
  expect(show('x'.repeat(601))).toBe(`${'x'.repeat(600)}…`);
});

test('a difference is an error with a name, and says where it is', () => {
  const site = { item: 'v#1', version: 1 };
  expect(() => differ(site, 'state-kept', 'one', undefined)).toThrow(DifferenceFound);
  try {
    differ(site, 'state-kept', 'one', undefined);
  } catch (error) {
    expect(error).toMatchObject({
      name: 'DifferenceFound',
      message: 'state-kept at v#1',
      difference: { ...site, invariant: 'state-kept', expected: 'one', found: 'nothing' },
    });
  }
});
