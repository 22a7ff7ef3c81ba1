// npm run list:dependencies [-- --refresh]
//
// Writes docs/reference/dependencies.md: every direct dependency with its version and license (of the lock files), its last
// release, and why it is there (both of docs/dependencies.json, where people write the reasons). With --refresh it asks
// the registry for the dates of the last releases. With --check it writes nothing and fails if the page is outdated;
// for that it needs no network.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const read = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));
const [REASONS, PAGE] = ['docs/dependencies.json', 'docs/reference/dependencies.md'];

const workspaces = () =>
  ['packages', 'apps']
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`))
    .concat('test', 'terraform', '')
    .filter((workspace) => existsSync(join(root, workspace, 'package.json')));

/** What the lock file says of a package that a workspace has. */
function locked(workspace, name) {
  // Terraform has an install of its own.
  const { packages } = read(workspace === 'terraform' ? 'terraform/package-lock.json' : 'package-lock.json');
  return packages[`${workspace}/node_modules/${name}`] ?? packages[`node_modules/${name}`] ?? {};
}

/** Every direct dependency by its name: the workspaces that have it, their versions and its license. */
function inventory() {
  const found = new Map();
  for (const workspace of workspaces()) {
    const manifest = read(join(workspace, 'package.json'));
    for (const kind of ['dependencies', 'optionalDependencies', 'devDependencies']) {
      for (const name of Object.keys(manifest[kind] ?? {})) {
        if (name.startsWith('@hindsight/')) continue;
        const { version = '?', license = '?' } = locked(workspace, name);
        const entry = found.get(name) ?? {
          versions: new Set(),
          license,
          runtime: new Set(),
          development: new Set(),
        };
        entry.versions.add(version);
        entry[kind === 'devDependencies' ? 'development' : 'runtime'].add(workspace || 'root');
        found.set(name, entry);
      }
    }
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What is wrong with the reasons, a line each. */
function complaints(packages, reasons) {
  return [
    ...[...packages.keys()]
      .filter((name) => !reasons[name]?.why)
      .map((name) => `${name}: say why it is there`),
    ...Object.keys(reasons)
      .filter((name) => !packages.has(name))
      .map((name) => `${name}: nothing depends on it`),
    ...[...packages].filter(([, { license }]) => license === '?').map(([name]) => `${name}: has no license`),
  ].map((line) => `${REASONS}: ${line}`);
}

const row = (cells) => `| ${cells.join(' | ')} |`;

function table(packages, reasons, kind) {
  const rows = [...packages]
    .filter(([, { runtime }]) => runtime.size > 0 === (kind === 'runtime'))
    .map(([name, { versions, license, runtime, development }]) => {
      const users = kind === 'runtime' ? runtime : development;
      const { lastRelease = '', why } = reasons[name];
      return row([`\`${name}\``, [...versions].join(', '), license, lastRelease, [...users].join(', '), why]);
    });
  return [
    row(['package', 'version', 'license', 'last release', 'used by', 'why']),
    row(Array(6).fill('---')),
    ...rows,
  ];
}

/** The page, as prettier leaves it. */
async function page(packages, reasons) {
  const text = `# Dependencies

All direct dependencies. \`npm run list:dependencies\` writes this page from the lock files and from
[dependencies.json](../dependencies.json), which has the reasons; a test keeps it up to date.
\`npm run list:dependencies -- --refresh\` looks up the dates of the last releases. The versions are those of the lock files,
which \`npm ci\` installs exactly.

## At run time

${table(packages, reasons, 'runtime').join('\n')}

## For development

${table(packages, reasons, 'development').join('\n')}
`;
  return format(text, { ...(await resolveConfig(join(root, PAGE))), parser: 'markdown' });
}

/** The day of a package's latest release. */
function lastRelease(name) {
  const said = execFileSync('npm', ['view', name, 'dist-tags.latest', 'time', '--json'], { cwd: root });
  const { 'dist-tags.latest': latest, time = {} } = JSON.parse(String(said));
  return time[latest]?.slice(0, 10) ?? '';
}

async function main(options) {
  const packages = inventory();
  const reasons = read(REASONS);
  const wrong = complaints(packages, reasons);
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
  if (options.includes('--refresh')) {
    for (const name of packages.keys()) reasons[name].lastRelease = lastRelease(name);
    const sorted = Object.fromEntries(Object.entries(reasons).sort(([a], [b]) => (a < b ? -1 : 1)));
    writeFileSync(join(root, REASONS), `${JSON.stringify(sorted, null, 2)}\n`);
  }
  const text = await page(packages, reasons);
  if (!options.includes('--check')) writeFileSync(join(root, PAGE), text);
  else if (text !== readFileSync(join(root, PAGE), 'utf8'))
    throw new Error(`${PAGE} is outdated: run "npm run list:dependencies"`);
}

main(process.argv.slice(2)).catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
