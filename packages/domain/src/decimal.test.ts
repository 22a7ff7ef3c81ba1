import Big from 'big.js';
import fc from 'fast-check';
import {
  add,
  canonical,
  isGreater,
  isNegative,
  parseDecimal,
  positiveQuantity,
  quantity,
  subtract,
} from './decimal';

const MILLION = 10n ** 6n;

/** Millionths as a decimal, written by integer arithmetic alone. */
function textOf(millionths: bigint): string {
  const [sign, size] = millionths < 0n ? ['-', -millionths] : ['', millionths];
  const places = String(size % MILLION)
    .padStart(6, '0')
    .replace(/0+$/, '');
  return `${sign}${size / MILLION}${places === '' ? '' : `.${places}`}`;
}

/** A decimal in canonical form, in millionths. */
function millionthsOf(text: string): bigint {
  const [whole = '', places = ''] = text.replace('-', '').split('.');
  const size = BigInt(whole) * MILLION + BigInt(places.padEnd(6, '0'));
  return text.startsWith('-') ? -size : size;
}

const LIMIT = 10n ** 18n;
const inBounds = fc.bigInt({ min: -LIMIT + 1n, max: LIMIT - 1n });
/** Sums in a state may grow past the bounds of input. */
const anySize = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });

const value = (input: string | number) => {
  const parsed = parseDecimal(input);
  return 'value' in parsed ? parsed.value : undefined;
};

describe('parseDecimal', () => {
  test('reads a number of up to 15 digits exactly, and refuses one that shows more', () => {
    const digits = fc.bigInt({ min: 1n, max: 10n ** 17n });
    fc.assert(
      fc.property(digits, fc.nat(6), (number, places) => {
        const scale = 10n ** BigInt(places);
        const text = `${number / scale}.${String(number % scale).padStart(places, '0')}`;
        const [exact, binary] = [value(text), JSON.parse(text) as number];
        if (exact === undefined) return;
        const shown = String(binary).replace('.', '').replace(/^0+/, '').replace(/0+$/, '').length;
        if (String(number).replace(/0+$/, '').length <= 15) expect(value(binary)).toBe(exact);
        if (shown > 15) expect(value(binary)).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
  });

  test.each(['123456789012.123456', '100000000000.12345', '0.1234567890123456'])(
    '%s has too many digits',
    (text) => {
      const problem = expect.stringMatching(/send it as text$|at most 6/) as unknown;
      expect(parseDecimal(JSON.parse(text) as number)).toEqual({ problem });
    },
  );

  test('gives every value within bounds its one text', () => {
    fc.assert(
      fc.property(inBounds, (millionths) => {
        expect(value(textOf(millionths))).toBe(textOf(millionths));
      }),
    );
  });

  test('reads exponents, signs and needless zeros as what they mean', () => {
    const moved = fc.record({ point: fc.nat(12), zeros: fc.nat(6), letter: fc.constantFrom('e', 'E') });
    fc.assert(
      fc.property(inBounds, moved, (millionths, { point, zeros, letter }) => {
        const size = millionths < 0n ? -millionths : millionths;
        const digits = `${'0'.repeat(point + 1)}${size}`;
        // The point stands `point` digits from the right, and the exponent moves it to where it belongs.
        const written = `${digits.slice(0, digits.length - point)}.${digits.slice(digits.length - point)}`;
        const text = `${millionths < 0n ? '-' : '+'}${written}${'0'.repeat(zeros)}${letter}${point - 6}`;
        expect(value(text)).toBe(textOf(millionths));
      }),
    );
  });

  test('refuses whatever has more than 6 places', () => {
    fc.assert(
      fc.property(inBounds, fc.integer({ min: 1, max: 9 }), (millionths, digit) => {
        expect(parseDecimal(`${millionths}${digit}e-7`)).toEqual({
          problem: 'must have at most 6 decimal places',
        });
      }),
    );
  });

  test.each([
    ['999999999999.999999', '999999999999.999999'],
    ['-999999999999.999999', '-999999999999.999999'],
    ['999999999999999999e-6', '999999999999.999999'],
    ['0.000001', '0.000001'],
    ['1e-6', '0.000001'],
    ['1e11', '100000000000'],
    ['+5', '5'],
    ['+0.50', '0.5'],
    ['-0', '0'],
    ['-0.000', '0'],
    ['+0', '0'],
    ['0e99', '0'],
    ['-0e-99', '0'],
    ['.5', '0.5'],
    ['-.5', '-0.5'],
    ['5.', '5'],
    ['007', '7'],
    ['1.500000000', '1.5'],
    [0.1, '0.1'],
    [-0, '0'],
    [1e-6, '0.000001'],
    [150, '150'],
    [999999999999.999, '999999999999.999'],
  ])('reads %p as %s', (input, expected) => {
    expect(parseDecimal(input)).toEqual({ value: expected });
  });

  test.each([
    ['1000000000000'],
    ['-1000000000000'],
    ['1e12'],
    ['1e99'],
    ['9'.repeat(40)],
    [1e12],
    [1e21],
    [Number.MAX_VALUE],
  ])('refuses %p: too large', (input) => {
    const { problem } = parseDecimal(input) as { problem?: string };
    // 1.79e308 has an exponent of three digits, which no value within bounds needs.
    expect(problem).toMatch(/^must be (below 10\^12|a decimal number)/);
  });

  test.each([['0.0000001'], ['1e-7'], ['1e-99'], [1e-7], [0.1 + 0.2]])(
    'refuses %p: more than 6 places',
    (input) => {
      expect(parseDecimal(input)).toEqual({ problem: 'must have at most 6 decimal places' });
    },
  );

  test.each([
    ...['', ' ', '.', '-', '+', 'e5', '1e', '1e+', '1e999999999', '1e100', '--1', '+-1', '1-', '1.2.3'],
    ...[' 5', '5 ', '5\n', '1 000', '1,000', '1_000', '1,5', '0x10', '0b1', '$4', '4 USD', '½', '٥', '５'],
    ...['NaN', 'Infinity', '-Infinity', 'null', 'one', '1n', '−5', '1e1.5', '9'.repeat(41)],
    ...[NaN, Infinity, -Infinity],
  ])('refuses %p: no decimal', (input) => {
    expect(parseDecimal(input)).toEqual({ problem: 'must be a decimal number, such as "150" or "0.5"' });
  });

  test('looks at the length of a text before it reads it as a number', () => {
    for (const text of ['9'.repeat(70_000), `1e${'9'.repeat(70_000)}`])
      expect(parseDecimal(text)).toHaveProperty('problem');
  });

  test('never throws, whatever the text', () => {
    const nearly = fc.stringMatching(/^[-+.eE0-9 ]{0,12}$/);
    fc.assert(
      fc.property(fc.oneof(nearly, fc.string(), fc.double().map(String)), (text) => {
        const parsed = parseDecimal(text);
        if ('value' in parsed) expect(parsed.value).toMatch(/^(0|-?([1-9]\d*|0)(\.\d*[1-9])?)$/);
        else expect(parsed.problem).toMatch(/^must /);
      }),
      { numRuns: 500 },
    );
  });
});

describe('arithmetic', () => {
  test('add and subtract are exact, of any size', () => {
    fc.assert(
      fc.property(anySize, anySize, (a, b) => {
        expect(add(textOf(a), textOf(b))).toBe(textOf(a + b));
        expect(subtract(textOf(a), textOf(b))).toBe(textOf(a - b));
      }),
    );
  });

  test('a long sum of small parts is exact', () => {
    fc.assert(
      fc.property(fc.array(inBounds, { maxLength: 50 }), (parts) => {
        const sum = parts.map(textOf).reduce(add, '0');
        expect(millionthsOf(sum)).toBe(parts.reduce((total, part) => total + part, 0n));
      }),
    );
  });

  test('comparisons are those of the numbers', () => {
    fc.assert(
      fc.property(anySize, anySize, (a, b) => {
        expect(isGreater(textOf(a), textOf(b))).toBe(a > b);
        expect(isNegative(textOf(a))).toBe(a < 0n);
      }),
    );
  });

  test('what adds up to nothing is 0 and not -0', () => {
    expect(add('-0.1', '0.1')).toBe('0');
    expect(subtract('0', '0')).toBe('0');
    expect(canonical(new Big('-0'))).toBe('0');
    expect(isNegative(subtract('0', '0'))).toBe(false);
  });
});

describe('quantities of events', () => {
  const problemOf = (schema: typeof quantity, input: unknown) =>
    schema.safeParse(input).error?.issues[0]?.message;

  test('one that moves is greater than 0', () => {
    expect(positiveQuantity.parse('0.000001')).toBe('0.000001');
    for (const input of ['0', '-0', 0, '-1', '-0.000001'])
      expect(problemOf(positiveQuantity, input)).toBe('must be greater than 0');
  });

  test('one that is may be 0', () => {
    for (const input of ['0', '-0', 0, -0]) expect(quantity.parse(input)).toBe('0');
    expect(problemOf(quantity, '-0.000001')).toBe('must not be negative');
  });

  test.each([[null], [undefined], [true], [[]], [{}], [['1']], [10n]])('%p is none', (input) => {
    expect(problemOf(quantity, input)).toBe('must be a decimal, as a string or a number');
  });

  test('text that is no decimal is said to be none', () => {
    expect(problemOf(quantity, '1,5')).toBe('must be a decimal number, such as "150" or "0.5"');
    expect(problemOf(quantity, '1e12')).toBe('must be below 10^12 in absolute value');
    expect(problemOf(quantity, '0.0000001')).toBe('must have at most 6 decimal places');
  });
});
