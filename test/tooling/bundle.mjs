// Bundles a program of the tests with the packages as they are written, whole or with one place changed.
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Changes one place; fails when it is not there exactly once, so that no change goes stale unseen. */
function change(text, { name, find, replace }) {
  const parts = text.split(find);
  if (parts.length !== 2) throw new Error(`"${name}": its place was found ${parts.length - 1} times`);
  return parts.join(replace);
}

/** @param mutant `{ name, file, find, replace, also? }`; `also` is another place of the same file */
const mutating = (mutant) => ({
  name: 'mutant',
  setup({ onLoad }) {
    onLoad({ filter: /(packages|apps)[\\/].*\.ts$/ }, ({ path }) => {
      if (relative(root, path).split('\\').join('/') !== mutant.file) return undefined;
      let contents = change(readFileSync(path, 'utf8'), mutant);
      if (mutant.also) contents = change(contents, { name: mutant.name, ...mutant.also });
      return { contents, loader: 'ts' };
    });
  },
});

/** The packages as they are written, so that a mutant is what runs. */
const sources = {
  name: 'sources',
  setup({ onResolve }) {
    onResolve({ filter: /^@hindsight\/[a-z-]+$/ }, ({ path }) => ({
      path: join(root, 'packages', path.slice('@hindsight/'.length), 'src', 'index.ts'),
    }));
  },
};

/** @param entry the program, from the root of the repository */
export async function bundle(entry, outfile, mutant) {
  await build({
    entryPoints: [join(root, entry)],
    outfile,
    bundle: true,
    platform: 'node',
    packages: 'external',
    plugins: [...(mutant ? [mutating(mutant)] : []), sources],
    logLevel: 'error',
  });
}
