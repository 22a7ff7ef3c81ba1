import { pagePaths, readPage } from './pages';

/**
 * What people type, and the page that they need. A page is found if it is among the first three of a plain search: hits in
 * the title and its line of the index count most, then headings, then the text.
 */
const EXPECTED: Readonly<Record<string, string>> = {
  idempotency: 'reference/api.md',
  retry: 'reference/errors.md',
  'optimistic concurrency': 'reference/api.md',
  'dry run': 'reference/api.md',
  pagination: 'reference/api.md',
  cursor: 'reference/api.md',
  batch: 'reference/api.md',
  cloudevents: 'reference/api.md',
  caching: 'reference/api.md',
  'server-sent events': 'reference/tail.md',
  backdate: 'how-to/record-late.md',
  'late event': 'how-to/record-late.md',
  'stock count': 'how-to/receive-ship-count.md',
  stocktaking: 'how-to/receive-ship-count.md',
  receive: 'how-to/receive-ship-count.md',
  variance: 'how-to/receive-ship-count.md',
  undo: 'how-to/correct-a-mistake.md',
  typo: 'how-to/correct-a-mistake.md',
  retract: 'how-to/correct-a-mistake.md',
  transfer: 'how-to/transfer.md',
  warehouse: 'how-to/transfer.md',
  webhook: 'how-to/be-told-of-changes.md',
  eventbridge: 'how-to/be-told-of-changes.md',
  notification: 'how-to/be-told-of-changes.md',
  shop: 'how-to/connect-a-shop.md',
  audit: 'how-to/explain-a-number.md',
  ledger: 'how-to/explain-a-number.md',
  'period close': 'how-to/close-a-month.md',
  lock: 'how-to/close-a-month.md',
  'month end': 'how-to/stock-at-a-date.md',
  csv: 'how-to/import.md',
  spreadsheet: 'how-to/export.md',
  backup: 'how-to/small-company.md',
  restore: 'how-to/small-company.md',
  upgrade: 'how-to/small-company.md',
  systemd: 'how-to/small-company.md',
  docker: 'how-to/small-company.md',
  container: 'how-to/small-company.md',
  nginx: 'how-to/small-company.md',
  tls: 'how-to/small-company.md',
  authentication: 'how-to/operations.md',
  authorization: 'how-to/operations.md',
  'rate limit': 'how-to/operations.md',
  prometheus: 'how-to/operations.md',
  'graceful shutdown': 'how-to/operations.md',
  logs: 'how-to/operations.md',
  opentelemetry: 'how-to/tracing.md',
  terraform: 'how-to/deploy.md',
  rollback: 'how-to/deploy.md',
  'environment variable': 'reference/settings.md',
  validation: 'reference/bad-input.md',
  bitemporal: 'concepts/time.md',
  'time zone': 'reference/api.md',
  currency: 'reference/api.md',
  pricing: 'reference/costs.md',
  throughput: 'reference/capacity.md',
  oversold: 'concepts/hard-cases.md',
  'negative stock': 'concepts/hard-cases.md',
  license: 'reference/dependencies.md',
  vulnerability: '../SECURITY.md',
};

const pages = pagePaths()
  .filter((path) => !/adr\/|benchmark\/|docs\/README/.test(path))
  .map((path) => ({
    path: path.replace(/^docs\/|^(?=[A-Z])/, (at) => (at === '' ? '../' : '')),
    text: readPage(path),
  }));
const index = readPage('docs/README.md').split('\n');

const times = (text: string, term: string): number =>
  [...text.toLowerCase().matchAll(new RegExp(`\\b${term.replace(/[- ]/g, '[- ]')}`, 'g'))].length;

/** The pages for a term, the best first. */
function search(term: string): string[] {
  const scored = pages.map(({ path, text }) => {
    const entry = index.filter((line) => line.includes(`(${path}`)).join(' ');
    const [title = '', ...lines] = text.split('\n');
    const headings = lines.filter((line) => line.startsWith('#')).join('\n');
    const score = 20 * times(`${title} ${entry}`, term) + 5 * times(headings, term) + times(text, term);
    return { path, score };
  });
  return scored
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ path }) => path);
}

test('there are at least fifty terms', () => {
  expect(Object.keys(EXPECTED).length).toBeGreaterThanOrEqual(50);
});

test.each(Object.entries(EXPECTED))('%s finds %s', (term, page) => {
  expect(search(term).slice(0, 3)).toContain(page);
});
