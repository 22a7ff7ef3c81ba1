import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const repository = join(__dirname, '..', '..');
/** Inside the repository, so that the libraries are found; `build` is kept out of git. */
const builds = join(__dirname, 'build');

const SOURCES = [
  'packages/bitemporal/src',
  'packages/domain/src',
  'packages/domain/scripts',
  'packages/event-log/src',
  'packages/views/src',
  'packages/workflow/src',
  'apps/handlers/src',
  'apps/handlers/scripts',
  'packages/api/src',
  'packages/client/src',
  'packages/client/scripts',
  'tsconfig.base.json',
  'tsconfig.sources.json',
];
const PACKAGES = ['bitemporal', 'domain', 'event-log', 'views', 'workflow'];

/** The sources of the repository with one folder added, and nothing else touched. */
export interface RepositoryCopy {
  readonly path: string;
  /** Where the build leaves the Lambda functions. */
  readonly functions: string;
  /** Writes the registry and the types of the client, as `npm run generate` does. */
  generate(): void;
  /** Bundles the packages, the OpenAPI document and the Lambda functions. */
  build(): void;
  remove(): void;
}

export function copyRepository(added: { readonly from: string; readonly to: string }): RepositoryCopy {
  mkdirSync(builds, { recursive: true });
  const path = mkdtempSync(join(builds, 'copy-'));
  const isKept = (source: string) => !/(\.test\.ts|\.generated\.ts|\/testing)$/.test(source);
  for (const source of SOURCES)
    cpSync(join(repository, source), join(path, source), { recursive: true, filter: isKept });
  cpSync(added.from, join(path, added.to), { recursive: true });
  const libraries = join(repository, 'apps/handlers/node_modules');
  if (existsSync(libraries)) symlinkSync(libraries, join(path, 'apps/handlers/node_modules'));
  const run = (script: string) =>
    execFileSync(process.execPath, [join(path, script)], { stdio: ['ignore', 'ignore', 'inherit'] });

  function bundlePackages(): void {
    const index = (name: string) => join(path, 'packages', name, 'src', 'index.ts');
    const common = {
      alias: Object.fromEntries([...PACKAGES, 'api'].map((name) => [`@hindsight/${name}`, index(name)])),
      packages: 'external',
      bundle: true,
      platform: 'node',
      format: 'cjs',
      logLevel: 'warning',
    } as const;
    buildSync({
      ...common,
      entryPoints: Object.fromEntries(PACKAGES.map((name) => [`${name}/index`, index(name)])),
      outdir: join(path, 'node_modules/@hindsight'),
    });
    const contents = `
      import { apiDocument, defaultDocumentSettings } from '@hindsight/api';
      import { registry } from '@hindsight/domain';
      export const document = apiDocument(registry, defaultDocumentSettings);`;
    buildSync({
      ...common,
      stdin: { contents, resolveDir: path },
      outfile: join(path, 'node_modules/@hindsight/openapi/index.js'),
    });
  }

  return {
    path,
    functions: join(path, 'apps/handlers/dist'),
    generate() {
      run('packages/domain/scripts/generate-registry.mjs');
      run('packages/client/scripts/generate-types.mjs');
    },
    build() {
      bundlePackages();
      run('apps/handlers/scripts/bundle.mjs');
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
