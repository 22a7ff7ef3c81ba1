// npm run campaign                              lists the campaigns
// npm run campaign -- NAME [--runs N --seed S]  runs one of them; its last line is `N passed, N failed`
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { root } from '../tooling/bundle.mjs';
import { campaigns } from './campaigns.mjs';

const generate = createRequire(import.meta.url)('../tooling/generate.cjs');

function list() {
  const width = Math.max(...Object.keys(campaigns).map((name) => name.length));
  const line = ([name, { about, options = {} }]) => {
    const defaults = Object.entries(options).map(([option, value]) =>
      value === true || value === '' ? `[--${option}]` : `[--${option} ${value}]`,
    );
    return `  ${name.padEnd(width)}  ${[about, ...defaults].join(' ')}`;
  };
  console.log(`npm run campaign -- NAME [OPTIONS]\n\n${Object.entries(campaigns).map(line).join('\n')}`);
}

/** A default that is `true` marks a switch; every other option is a text. */
function valuesOf({ options = {} }, args) {
  const known = Object.entries(options).map(([name, value]) => [
    name,
    value === true ? { type: 'boolean', default: false } : { type: 'string', default: String(value) },
  ]);
  return parseArgs({ args, options: Object.fromEntries(known) }).values;
}

function describe({ options = {} }, values) {
  const set = Object.keys(options).filter((name) => values[name] !== '' && values[name] !== false);
  return set.map((name) => (values[name] === true ? name : `${name} ${values[name]}`)).join(', ');
}

async function main([name, ...args]) {
  if (name === undefined || name === '--help') return list();
  const campaign = Object.hasOwn(campaigns, name) ? campaigns[name] : undefined;
  if (campaign === undefined) throw new Error(`there is no campaign "${name}"; npm run campaign lists them`);
  const values = valuesOf(campaign, args);
  console.log(`${name}: ${describe(campaign, values)}`);
  if (campaign.needsBuild) {
    execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  } else generate();
  const { campaign: run } = await import(campaign.module);
  // Undefined: a tool is missing, and the campaign has said which.
  const counts = await run(values);
  if (counts === undefined) return;
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(`campaign: ${error.message}`);
  process.exitCode = 2;
}
