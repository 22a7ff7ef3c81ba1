import { duration, emptyTally, lineOf, sentOf, type Comparison, type Load } from '@hindsight/import';
import { lineText, resumeHint, summaryOf } from './report';

const load: Load = { kind: 'sales', plans: [], lines: 541_909, withoutEffect: 2, events: 541_907 };
const comparison: Comparison = { mismatches: [], corrected: 0, quantity: -3_500_000n };

test.each([
  [0, '00:00'],
  [59.6, '01:00'],
  [754, '12:34'],
  [3_723, '1:02:03'],
])('%p seconds read %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

test('the rate counts what was sent, not what was found', () => {
  const tally = { ...emptyTally(), recorded: 600, deduplicated: 200, skipped: 5_000 };
  expect(sentOf(tally)).toBe(800);
  expect(summaryOf({ load, tally, seconds: 2, comparison })).toContain('rate            400 events/s');
  expect(summaryOf({ load, tally, seconds: 0, comparison })).toContain('rate            0 events/s');
});

test('the summary has a figure a line', () => {
  const tally = { ...emptyTally(), recorded: 1_000, skipped: 20 };
  expect(summaryOf({ load, tally, seconds: 2, comparison }).split('\n')).toEqual([
    'lines           541,909',
    'without effect  2 (they move nothing)',
    'products        0',
    'events          541,907',
    'recorded        1,000',
    'deduplicated    0 (sent again; already in the log)',
    'skipped         20 (already in the log)',
    'refused         0',
    'time            00:02',
    'rate            500 events/s',
    'net quantity    -3.5 (read back from the log)',
    'mismatches      0',
  ]);
});

test('the summary names what went wrong, up to ten of a kind, and what helps', () => {
  const refusals = Array.from({ length: 12 }, (_, index) => ({
    line: index + 2,
    productId: `p${index}`,
    problem: index === 0 ? 'insufficient-stock' : 'event-id-reused',
    why: '409; no',
  }));
  const withheld = { line: 20, productId: 'p0', problem: '', why: 'withheld: line 2 of p0 was refused' };
  const mismatch = {
    productId: 'p',
    expected: { lines: 2, quantity: 3_000_000n },
    actual: { lines: 1, quantity: 0n },
  };
  const tally = { ...emptyTally(), refused: 12, withheld: 7, refusals: [...refusals, withheld] };
  const found = { ...comparison, mismatches: [mismatch], corrected: 4 };
  const text = summaryOf({ load, tally, seconds: 1, comparison: found });
  expect(text).toContain('withheld        7 (after a refused one)');
  expect(text).toContain('corrected       4 (later; they count as they were corrected)');
  expect(text).toContain('refused: line 11, p9: 409; no\n… and 2 more\n');
  expect(text).toContain('import an opening balance (--kind counts), or give --on-conflict flag');
  expect(text).toContain('The log has these lines with other content');
  expect(text).toContain('mismatch: p: expected 3 in 2 lines, found 0 in 1 line');
});

test('an interrupted run does not claim to have compared', () => {
  const tally = { ...emptyTally(), recorded: 5 };
  expect(summaryOf({ load, tally, seconds: 1, comparison: null })).toContain('mismatches      not compared');
  expect(resumeHint(tally, load)).toContain('Stopped: 5 of 541,907 events done. Run the same command again');
});

test('a line is shown as it is understood', () => {
  const line = lineOf(2, 'A-1', {
    ...{
      effectiveAt: '2026-11-02T08:15:00.000Z',
      document: 'R-1',
      quantity: '2',
      unitPrice: '4.5',
      currency: 'EUR',
    },
  });
  expect(lineText(line)).toBe('  2026-11-02T08:15:00.000Z  R-1  A-1  2  at 4.5 EUR');
  const event = lineOf(2, 'A-1', { quantity: '2', content: '{"eventType":"stockCounted"}' });
  expect(lineText(event)).toBe('  now  A-1  stockCounted  2');
});
