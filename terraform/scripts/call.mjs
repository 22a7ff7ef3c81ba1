// Calls the API of a deployed stack: `npm run call -- STACK METHOD PATH [BODY]`, such as
// `npm run call -- dev GET /products/lamp/state`. Signs with the AWS credentials of this environment; where TOKEN is
// set, sends that instead, for a stack whose authorizer takes tokens. API_URL stands in for the stack's own.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { signedFetch } from './signed-fetch.mjs';

const folder = join(dirname(fileURLToPath(import.meta.url)), '..');
const [stack, method, path, body] = process.argv.slice(2);
if (!/^[a-z][a-z0-9-]{0,9}$/.test(stack ?? '') || !/^[A-Z]+$/.test(method ?? '') || !path?.startsWith('/')) {
  console.error('usage: npm run call -- STACK METHOD /PATH [JSON]');
  process.exit(2);
}

function outputs() {
  const args = [`-chdir=cdktf.out/stacks/${stack}`, 'output', '-json'];
  const { status, stdout, stderr } = spawnSync('terraform', args, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) {
    console.error(stderr ?? 'terraform is not installed');
    process.exit(1);
  }
  return JSON.parse(stdout);
}

const { apiUrl, tableArn } = outputs();
if (apiUrl === undefined) {
  console.error(`${stack} is not deployed: npx cdktf deploy ${stack}`);
  process.exit(1);
}
const region = tableArn.value.split(':')[3];
const headers = body === undefined ? {} : { 'content-type': 'application/json' };
const url = `${process.env.API_URL ?? apiUrl.value}${path}`;
const { TOKEN } = process.env;
const answer = TOKEN
  ? await fetch(url, { method, headers: { ...headers, authorization: `Bearer ${TOKEN}` }, body })
  : await signedFetch(url, { region, method, headers, body });
console.error(`${answer.status} ${answer.statusText}`);
console.log(await answer.text());
if (!answer.ok) process.exitCode = 1;
