import { duration } from '../progress';
import type { Load } from './plan';
import { emptyTally, type Mismatch } from './send';
import { resumeHint, sentOf, summaryOf } from './report';

const load: Load = { plans: [], lines: 541_909, withoutEffect: 2 };

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
  expect(summaryOf({ load, tally, seconds: 2, mismatches: [] })).toContain('rate            400 events/s');
  expect(summaryOf({ load, tally, seconds: 0, mismatches: [] })).toContain('rate            0 events/s');
});

test('the summary has a figure a line', () => {
  const tally = { ...emptyTally(), recorded: 1_000, skipped: 20 };
  const lines = summaryOf({ load, tally, seconds: 2, mismatches: [] }).split('\n');
  expect(lines).toEqual([
    'lines           541,909',
    'without effect  2 (quantity 0)',
    'products        0',
    'events          0 (one for a line, one opening for a product)',
    'recorded        1,000',
    'deduplicated    0 (sent again; already in the log)',
    'skipped         20 (already in the log)',
    'refused         0',
    'time            00:02',
    'rate            500 events/s',
    'mismatches      0',
  ]);
});

test('the summary names what went wrong, up to ten of a kind', () => {
  const refusals = Array.from({ length: 12 }, (_, index) => ({
    productId: `p${index}`,
    firstEventId: 'opening',
    problem: 'event-id-reused',
    why: '409; Event id already used for a different event',
  }));
  const mismatch: Mismatch = { productId: 'p', expected: { quantity: '3', version: 2 }, actual: null };
  const found: Mismatch = { ...mismatch, actual: { quantity: '4', version: 1_500 } };
  const tally = { ...emptyTally(), refused: 12, withheld: 7, refusals };
  const text = summaryOf({ load, tally, seconds: 1, mismatches: [mismatch, found] });
  expect(text).toContain('withheld        7 (after a refused one)');
  expect(text).toContain(
    'refused: p9, from opening: 409; Event id already used for a different event\n… and 2 more\n',
  );
  expect(text).toContain('The log holds another file: import into an empty one.');
  expect(text).toContain('mismatch: p: expected 3 after 2 events, found nothing');
  expect(text).toContain('mismatch: p: expected 3 after 2 events, found 4 after 1,500 events');
});

test('an interrupted run does not claim to have compared', () => {
  const tally = { ...emptyTally(), recorded: 5 };
  expect(summaryOf({ load, tally, seconds: 1, mismatches: null })).toContain('mismatches      not compared');
  expect(resumeHint(tally, load)).toContain('Stopped: 5 of 0 events done. Run the same command again');
});
