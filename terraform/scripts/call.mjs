// Calls the API of a deployed stack: `npm run call -- STACK METHOD PATH [BODY]`, such as
// `npm run call -- dev GET /products/lamp/state`. Signs with the AWS credentials of this environment; where TOKEN is
// set, sends that instead, for a stack whose authorizer takes tokens. API_URL stands in for the stack's own.
import { isStack, outputsOf, regionOf } from './outputs.mjs';
import { signedFetch } from './signed-fetch.mjs';

const [stack, method, path, body] = process.argv.slice(2);
if (!isStack(stack) || !/^[A-Z]+$/.test(method ?? '') || !path?.startsWith('/')) {
  console.error('usage: npm run call -- STACK METHOD /PATH [JSON]');
  process.exit(2);
}

const outputs = outputsOf(stack);
const region = regionOf(outputs);
const headers = body === undefined ? {} : { 'content-type': 'application/json' };
const url = `${process.env.API_URL ?? outputs.apiUrl}${path}`;
const { TOKEN } = process.env;
const answer = TOKEN
  ? await fetch(url, { method, headers: { ...headers, authorization: `Bearer ${TOKEN}` }, body })
  : await signedFetch(url, { region, method, headers, body });
console.error(`${answer.status} ${answer.statusText}`);
console.log(await answer.text());
if (!answer.ok) process.exitCode = 1;
