// The revision names the code that folds events, and only that code: one by one into states, or composed into the
// summaries of the tree. What was stored under another revision is not trusted, so the revision must change with
// everything that can change a stored state or summary, and with nothing else: a description, an example, a message or
// a check of input does not change what a stored event does.
//
// Problem: event types are objects. A bundler drops functions that nobody calls, but it does not look into objects, so
// the description of a type would count as much as its effect. Idea: take the properties that no fold reads out of the
// sources first, and bundle what is left from the functions that fold. The bundle is then exactly what a fold reaches;
// names of local variables, comments and white space are minified away, and its hash is the fingerprint.
//
// The core (history, effects, summaries, state, rules) has one fingerprint, each event type has its own. So adding a type changes
// no fingerprint that a stored state has.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';
import ts from 'typescript';

/** Properties that no fold reads: they are for people, or check input. */
const NOT_FOLDED = new Set([
  'asSent',
  'complete',
  'describe',
  'examples',
  'findings',
  'input',
  'notices',
  'oneOf',
  'output',
  'remedies',
  'schema',
  'summary',
  'title',
]);

/** A source file without the properties that no fold reads, and without the messages of errors. */
function folding(file) {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022, true);
  const prune = (context) => {
    const { factory } = context;
    const visit = (node) => {
      if (ts.isObjectLiteralExpression(node)) {
        const kept = node.properties.filter(({ name }) => !(name && NOT_FOLDED.has(name.text)));
        return ts.visitEachChild(factory.updateObjectLiteralExpression(node, kept), visit, context);
      }
      if (ts.isNewExpression(node) && /Error$/.test(node.expression.getText(source)))
        return factory.updateNewExpression(node, node.expression, undefined, []);
      return ts.visitEachChild(node, visit, context);
    };
    return (root) => ts.visitNode(root, visit);
  };
  const { transformed } = ts.transform(source, [prune]);
  return ts.createPrinter({ removeComments: true }).printFile(transformed[0]);
}

/** The code of an entry and all that it reaches, as one text. */
async function reached(contents, resolveDir, { bitemporal, external = [] }) {
  const sources = {
    name: 'folding sources',
    setup({ onLoad, onResolve }) {
      onResolve({ filter: /^@hindsight\/bitemporal$/ }, () => ({ path: join(bitemporal, 'index.ts') }));
      onResolve({ filter: /./ }, ({ path }) =>
        external.includes(basename(path)) ? { path, external: true } : undefined,
      );
      onLoad({ filter: /\.ts$/ }, ({ path }) => ({ contents: folding(path), loader: 'ts' }));
    },
  };
  const { outputFiles } = await build({
    stdin: { contents, resolveDir, loader: 'ts' },
    plugins: [sources],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    packages: 'external',
    minify: true,
    treeShaking: true,
    // What `package.json` says of side effects would make the result depend on where the sources are.
    ignoreAnnotations: true,
    legalComments: 'none',
    tsconfigRaw: {},
    logLevel: 'warning',
  });
  return outputFiles[0].text;
}

const fingerprint = (text, characters) =>
  createHash('sha256').update(text).digest('base64url').replace(/[.]/g, '').slice(0, characters);

/**
 * @param source the folder of the domain's sources
 * @param folders the paths of the folders of event types
 * @returns {Promise<string>} the fingerprints of the core and of each type, separated by dots
 */
export async function revisionOf(source, folders) {
  const bitemporal = resolve(source, '../../bitemporal/src');
  const core = await reached(
    `export { advance, composeSummaries, effectiveEventOf, runOf } from '@hindsight/bitemporal';
     export { changeType, correctionType } from './event-type';
     export { createRegistry } from './registry';`,
    source,
    { bitemporal },
  );
  const types = await Promise.all(
    folders.map((folder) =>
      reached(`export { eventType } from './${basename(folder)}';`, dirname(folder), {
        bitemporal,
        external: ['event-type', '@hindsight/bitemporal'],
      }),
    ),
  );
  return [fingerprint(core, 8), ...types.map((type) => fingerprint(type, 5)).sort()].join('.');
}
