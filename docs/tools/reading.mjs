#!/usr/bin/env node
// How long and how readable the documentation is: words and longest line of each kind of page, and the Flesch reading
// ease of README and how-tos. `node docs/tools/reading.mjs [COMMIT]`, of the working tree without COMMIT.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 });

/** Where a page is now, or was when all pages were in one folder. */
const KINDS = [
  ['README', /^README\.md$/],
  [
    'how-tos',
    /^docs\/(how-to\/.*|http-tour|explain|import|export|explorer|deploy|operations|tracing)(\.md)?$/,
  ],
  ['concepts', /^docs\/(concepts\/.*|time|architecture)(\.md)?$/],
  [
    'reference',
    /^docs\/(reference\/.*|api|cli|errors|bad-input|conventions|tail|costs|capacity|dependencies|planner)(\.md)?$/,
  ],
  ['testing and measuring', /^docs\/(testing\/.*|campaign|reliability|benchmark.*)(\.md)?$/],
  ['decisions', /^docs\/adr\//],
  ['others', /\.md$/],
];

/** The text that a reader reads: without code blocks, tables, and the addresses of links. */
function prose(markdown) {
  return markdown
    .replace(/^( *)```[^]*?^\1```$/gm, '')
    .replace(/^\|.*$/gm, '')
    .replace(/<!--[^]*?-->/g, '')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1');
}

const wordsIn = (text) => text.match(/[\p{L}\p{N}][\p{L}\p{N}'’.-]*/gu) ?? [];

/** Groups of vowels, less a silent e at the end. */
function syllables(word) {
  const letters = word.toLowerCase().replace(/[^a-z]/g, '');
  const groups = letters.replace(/(?<=[^aeiouyl])e$|(?<=[^aeiou]l)es$|(?<=[^td])ed$/, '').match(/[aeiouy]+/g);
  return Math.max(1, groups?.length ?? 1);
}

/** Flesch reading ease: 60 to 70 is plain English; code in backticks is left out. */
function flesch(markdown) {
  const text = prose(markdown)
    .replace(/`[^`]*`/g, 'x')
    .replace(/^#.*$/gm, '');
  const sentences = text.split(/[.!?]\s|\n\n|\n- /).filter((sentence) => wordsIn(sentence).length > 2);
  const words = sentences.flatMap(wordsIn).filter((word) => /^[a-z'’-]+$/i.test(word));
  const total = words.reduce((sum, word) => sum + syllables(word), 0);
  return 206.835 - 1.015 * (words.length / sentences.length) - 84.6 * (total / words.length);
}

const [commit] = process.argv.slice(2);
const list = commit ? git('ls-tree', '-r', '--name-only', commit) : git('ls-files');
const read = (path) => (commit ? git('show', `${commit}:${path}`) : readFileSync(`${root}/${path}`, 'utf8'));
const pages = list
  .split('\n')
  .filter((path) => /^(docs\/.*|[A-Z]+)\.md$/.test(path) && !/bench\.md$/.test(path))
  .map((path) => ({ path, kind: KINDS.find(([, pattern]) => pattern.test(path))[0], text: read(path) }));

console.log('kind | pages | words | of prose | longest line | reading ease');
for (const [kind] of KINDS) {
  const of = pages.filter((page) => page.kind === kind);
  if (of.length === 0) continue;
  const all = of.map(({ text }) => text).join('\n\n');
  const longest = Math.max(...all.split('\n').map((line) => line.length));
  const numbers = [
    of.length,
    wordsIn(all).length,
    wordsIn(prose(all)).length,
    longest,
    flesch(all).toFixed(0),
  ];
  console.log([kind, ...numbers].join(' | '));
}
