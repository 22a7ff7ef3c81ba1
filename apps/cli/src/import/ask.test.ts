import { choiceIn } from './ask';

test.each([
  ['2', ['sales', 'receipts'], 'receipts'],
  ['receipts', ['sales', 'receipts'], 'receipts'],
  ['3', ['sales', 'receipts'], undefined],
  ['', ['sales'], undefined],
  ['2026', ['2025', '2026'], '2026'],
  ['2026-10-31', [], '2026-10-31'],
  ['', [], undefined],
])('the answer %p to %p means %p', (answer, choices, choice) => {
  expect(choiceIn(answer, choices)).toBe(choice);
});
