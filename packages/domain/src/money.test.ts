import fc from 'fast-check';
import { money, NO_CURRENCY } from './money';

const read = (input: unknown) => money.safeParse(input);
const issuesOf = (input: unknown) =>
  read(input).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('money', () => {
  test.each<[unknown, string, string]>([
    ['4', '4', NO_CURRENCY],
    ['$4', '4', 'USD'],
    ['$0.50', '0.5', 'USD'],
    ['€4.50', '4.5', 'EUR'],
    ['£0', '0', 'GBP'],
    ['4.50 EUR', '4.5', 'EUR'],
    ['4.50EUR', '4.5', 'EUR'],
    ['1e2 CHF', '100', 'CHF'],
    [4, '4', NO_CURRENCY],
    [4.25, '4.25', NO_CURRENCY],
    ['0', '0', NO_CURRENCY],
    [{ amount: '4' }, '4', NO_CURRENCY],
    [{ amount: 4.25 }, '4.25', NO_CURRENCY],
    ['$-0', '0', 'USD'],
    [{ amount: '4', currency: 'USD' }, '4', 'USD'],
    [{ amount: 4.25, currency: 'EUR' }, '4.25', 'EUR'],
    [{ amount: '1e3', currency: 'JPY' }, '1000', 'JPY'],
  ])('%j is %s %s', (input, amount, currency) => {
    expect(read(input).data).toEqual({ amount, currency });
  });

  test('reads what it wrote as the same', () => {
    const millionths = fc.bigInt({ min: 0n, max: 10n ** 18n - 1n });
    const currency = fc.constantFrom('USD', 'EUR', 'GBP', 'JPY', 'CHF');
    fc.assert(
      fc.property(millionths, currency, (size, code) => {
        const first = money.parse({ amount: `${size}e-6`, currency: code });
        expect(money.parse(first)).toEqual(first);
      }),
    );
  });

  const forms = 'must be an amount such as "4", "$4", "4.50 EUR" or {"amount":"4","currency":"USD"}';
  const decimal = 'must be a decimal number, such as "150" or "0.5"';
  const code = 'must be an ISO 4217 code, such as "USD"';
  test.each<[unknown, string[]]>([
    [undefined, [`: is required`]],
    [null, [`: ${forms}`]],
    [true, [`: ${forms}`]],
    [[], [`: ${forms}`]],
    [NaN, [`: ${forms}`]],
    ['', [`: ${decimal}`]],
    ['$', [`: ${decimal}`]],
    ['$$4', [`: ${decimal}`]],
    ['$ 4', [`: ${decimal}`]],
    ['4$', [`: ${decimal}`]],
    ['€ 4', [`: ${decimal}`]],
    ['4 €', [`: ${decimal}`]],
    ['€4 EUR', [`: ${decimal}`]],
    ['EUR 4', [`: ${decimal}`]],
    ['4 usd', [`: ${decimal}`]],
    ['4 ABC', [`: ${decimal}`]],
    ['4  EUR', [`: ${decimal}`]],
    ['EUR', [`: ${decimal}`]],
    [`4 ${NO_CURRENCY}`, [`: ${decimal}`]],
    ['4,50 EUR', [`: ${decimal}`]],
    ['-4 EUR', [': must not be negative']],
    ['-4', [': must not be negative']],
    ['$-4', [': must not be negative']],
    ['0.0000001', [': must have at most 6 decimal places']],
    ['1e12', [': must be below 10^12 in absolute value']],
    [{}, ['amount: is required']],
    [{ amount: '4', currency: NO_CURRENCY }, [`currency: ${code}`]],
    [{ amount: '4', currency: null }, [`currency: ${code}`]],
    [{ currency: 'USD' }, ['amount: is required']],
    [{ amount: '$4', currency: 'USD' }, [`amount: ${decimal}`]],
    [{ amount: '-4', currency: 'USD' }, ['amount: must not be negative']],
    [{ amount: null, currency: 'USD' }, ['amount: must be a decimal, as a string or a number']],
    [{ amount: '4', currency: 'usd' }, [`currency: ${code}`]],
    [{ amount: '4', currency: 'DOLLAR' }, [`currency: ${code}`]],
    [{ amount: '4', currency: '' }, [`currency: ${code}`]],
    [{ amount: '4', currency: 5 }, [`currency: ${code}`]],
    [{ amount: '4', currency: 'USD', tax: '1' }, ['tax: is not a part of an amount']],
    [JSON.parse('{"amount":"4","currency":"USD","__proto__":{}}'), ['__proto__: is not a part of an amount']],
  ])('%j is refused', (input, problems) => {
    expect(issuesOf(input)).toEqual(problems);
  });
});
