// Makes the move to cdktn in a copy of this folder, synthesizes there and here, and compares what Terraform is given:
// `npm run try-cdktn`. docs/how-to/deploy.md, "After CDKTF", says what the move is.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LEAST = [22, 19];
const PACKAGES = {
  dependencies: { '@cdktn/provider-aws': '25.7.0', cdktn: '0.24.0', constructs: '>=10.6.0 <10.8.0' },
  devDependencies: { 'cdktn-cli': '0.24.0' },
};
const RENAMED = ['src/aws.ts', 'src/testing/cdktf.ts'];
const LEFT = ['node_modules', 'cdktf.out', 'dist', 'settings.json', 'package-lock.json'];

const here = join(dirname(fileURLToPath(import.meta.url)), '..');
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < LEAST[0] || (major === LEAST[0] && minor < LEAST[1])) {
  console.log(`not run: cdktn needs Node ${LEAST.join('.')}, and this is ${process.versions.node}`);
  process.exit(0);
}

/** The same settings for both, without a path of either folder. */
const SETTINGS = { common: { state: { backend: 's3', bucket: 'comparison', region: 'eu-central-1' } } };

// Beside the original, so that its paths to the packages are the same.
const copy = mkdtempSync(join(here, '..', '.try-cdktn-'));
process.on('exit', () => rmSync(copy, { recursive: true, force: true }));
cpSync(here, copy, { recursive: true, filter: (path) => !LEFT.includes(basename(path)) });
for (const file of RENAMED) {
  const source = readFileSync(join(copy, file), 'utf8');
  writeFileSync(join(copy, file), source.replaceAll("'cdktf", "'cdktn").replaceAll('@cdktf/', '@cdktn/'));
}
const own = JSON.parse(readFileSync(join(copy, 'package.json'), 'utf8'));
for (const kind of Object.keys(PACKAGES)) {
  const kept = Object.entries(own[kind]).filter(([name]) => !/cdktf|^constructs$/.test(name));
  own[kind] = { ...Object.fromEntries(kept), ...PACKAGES[kind] };
}
writeFileSync(join(copy, 'package.json'), JSON.stringify(own, null, 2));
const settings = join(copy, 'settings.json');
writeFileSync(settings, JSON.stringify(SETTINGS));

const run = (folder, command, ...args) =>
  execFileSync(command, args, {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, HINDSIGHT_SETTINGS: settings, CHECKPOINT_DISABLE: '1', CI: '1' },
  });
run(copy, 'npm', 'install', '--no-audit', '--no-fund');
run(copy, 'npx', '--no-install', 'cdktn', 'synth');
run(here, 'npx', '--no-install', 'cdktf', 'synth');

/** What Terraform is given, without the tool's notes and the provider's version, which differ on purpose. */
function stacksOf(folder) {
  const stacks = join(folder, 'cdktf.out/stacks');
  return readdirSync(stacks).map((stack) => {
    const text = readFileSync(join(stacks, stack, 'cdk.tf.json'), 'utf8');
    const json = JSON.parse(text, (key, value) => (key === '//' ? undefined : value));
    const provider = json.terraform.required_providers.aws;
    const { version } = provider;
    delete provider.version;
    return { stack, version, text: JSON.stringify(json) };
  });
}
const [before, after] = [stacksOf(here), stacksOf(copy)];
for (const [index, { stack, text, version }] of before.entries()) {
  const moved = after[index];
  if (moved?.stack === stack && moved.text === text)
    console.log(`${stack}: the same, but for the provider ${moved.version} instead of ${version}`);
  else {
    console.error(`${stack}: differs`);
    process.exitCode = 1;
  }
}
