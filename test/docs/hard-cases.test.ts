import { readPage } from './pages';
import { exchangesIn } from './transcript';

/** The cases of the page, which `docs.test.ts` replays against a server. */
const cases = readPage('docs/concepts/hard-cases.md').split(/^### /m).slice(1);

/** What is in bold after a word: the number that was reported, or the one that Hindsight gives. */
const bold = (text: string, word: string): string | undefined =>
  new RegExp(`\\*\\*${word}\\*\\*[^]*?\\*\\*([^*]+)\\*\\*`).exec(text)?.[1];

test('there are at least fifteen, each with a public thread of its own', () => {
  const threads = cases.map((text) => /\(https:\/\/github\.com\/\S+\/(?:issues|pull)\/\d+\)/.exec(text)?.[0]);
  expect(cases.length).toBeGreaterThanOrEqual(15);
  expect(new Set(threads).size).toBe(cases.length);
  expect(threads).not.toContain(undefined);
});

test.each(cases.map((text) => [text.split('\n')[0] ?? '', text]))(
  '%s: what Hindsight gives is among the replayed answers, and is not what was reported',
  (_, text) => {
    const right = bold(text, 'Here') ?? 'no number';
    const answers = exchangesIn(text).map(({ answer }) => answer);
    expect(answers.join('\n')).toMatch(new RegExp(`(^|[" ])${right.replaceAll(',', '')}($|[" ])`, 'm'));
    expect(bold(text, 'Reported')).not.toBe(right);
  },
);
