// Checks that the place of every seeded bug and of every mutant is in the source exactly once, so that a change that
// moves one is noticed at once, and not only by the campaign; and that the table of docs/testing/reliability.md lists these bugs.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mutants } from '../history/mutants.mjs';
import { root } from '../tooling/bundle.mjs';
import { bugs } from './bugs.mjs';

const countIn = (file, { find }) =>
  existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8').split(find).length - 1 : 0;

for (const { name, file, also, ...place } of [...bugs, ...mutants]) {
  if (file === undefined) continue;
  for (const one of [place, ...(also ? [also] : [])]) {
    const count = countIn(file, one);
    if (count !== 1) console.log(`${name}: its place is ${count} times in ${file}`);
  }
}

const page = readFileSync(join(root, 'docs/testing/reliability.md'), 'utf8');
const [, table = ''] = /^\| bug .*\n\|[- |:]+\n((?:\|.*\n)+)/m.exec(page) ?? [];
const rows = table.split('\n').flatMap((row) => row.split('|')[1]?.trim() || []);
const names = bugs.map(({ name }) => name);
for (const name of rows)
  if (!names.includes(name)) console.log(`${name}: only in docs/testing/reliability.md`);
for (const name of names)
  if (!rows.includes(name)) console.log(`${name}: not in docs/testing/reliability.md`);
