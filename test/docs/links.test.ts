import { existsSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { pagePaths, prose, readPage, ROOT } from './pages';

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(markdown: string): Set<string> {
  const counts = new Map<string, number>();
  const anchors = new Set<string>();
  for (const [, heading = ''] of prose(markdown).matchAll(/^#{1,6} (\S.*)$/gm)) {
    const text = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const anchor = text.replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '').replaceAll(' ', '-');
    const before = counts.get(anchor) ?? 0;
    counts.set(anchor, before + 1);
    anchors.add(before === 0 ? anchor : `${anchor}-${String(before)}`);
  }
  return anchors;
}

/** The targets of all links in a page that lead to a file of the repository or a heading of the page. */
function linksIn(markdown: string): string[] {
  const text = prose(markdown).replace(/`[^`\n]*`/g, '');
  const links = [...text.matchAll(/\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)$/gm)];
  return links.map(([, inline, reference]) => inline ?? reference ?? '').filter((to) => !/^[a-z]+:/.test(to));
}

/** What is wrong with a link of a page; nothing if it leads to a file, and to a heading of it. */
function fault(page: string, link: string): string | undefined {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : normalize(join(dirname(page), path));
  if (!existsSync(join(ROOT, target))) return `${page}: ${link}: no such file`;
  if (anchor === undefined || statSync(join(ROOT, target)).isDirectory()) return undefined;
  return anchorsOf(readPage(target)).has(anchor) ? undefined : `${page}: ${link}: no such heading`;
}

test('every link within the documentation leads to a file, and to a heading of it', () => {
  const links = pagePaths().flatMap((page) => linksIn(readPage(page)).map((link) => ({ page, link })));
  expect(links.length).toBeGreaterThan(100);
  expect(links.flatMap(({ page, link }) => fault(page, link) ?? [])).toEqual([]);
});

test('every page is linked from the index, or from the list of decisions', () => {
  const targets = (page: string) =>
    linksIn(readPage(page)).map((link) => normalize(join(dirname(page), link.split('#')[0] ?? '')));
  const reached = new Set([...targets('docs/README.md'), ...targets('docs/adr/README.md'), 'docs/README.md']);
  const pages = pagePaths().filter(
    (page) => page !== 'README.md' && page !== 'docs/testing/benchmark/bench.md',
  );
  expect(pages.filter((page) => !reached.has(page))).toEqual([]);
});

test('no page has a mark of a merge that was not finished', () => {
  expect(pagePaths().filter((page) => /^(<{7}|(> ?){7}|={7}$)/m.test(readPage(page)))).toEqual([]);
});

test('a link to a missing file or heading is found', () => {
  expect(fault('README.md', 'docs/nowhere.md')).toBe('README.md: docs/nowhere.md: no such file');
  expect(fault('README.md', 'docs/README.md#nowhere')).toBe(
    'README.md: docs/README.md#nowhere: no such heading',
  );
  expect(fault('docs/README.md', '../README.md#the-workflow')).toBeUndefined();
});
