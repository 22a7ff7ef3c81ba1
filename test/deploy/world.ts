import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Api } from '../support/api';
import { REGION, startAccount, type Account } from './account';
import { copyCheckout, type Checkout } from './checkout';
import { serveFunction, type HttpFront } from './http-front';
import { Inside } from './inside';
import { Stacks } from './stacks';
import { makeIssuer } from './tokens';

const FOLDER = process.env['DEPLOY_FOLDER'] ?? '';
export const ROOT = join(__dirname, '../..');
/** Where Terraform keeps what it knows of prod; made beforehand, as docs/how-to/deploy.md says. */
export const STATE_BUCKET = 'hindsight-state';
/** Issues the tokens that prod takes. */
export const issuer = makeIssuer('https://issuer.example.com/');
export const AUDIENCE = 'hindsight';

/** An account, a checkout that is deployed into it, and ways to use what is deployed. */
export interface World {
  readonly account: Account;
  readonly checkout: Checkout;
  readonly stacks: Stacks;
  /** Dev's gateway, through what stands for API Gateway, without its authorization. */
  api: Api;
  /** Dev, past its API. */
  inside: Inside;
  readonly fronts: HttpFront[];
}

/** Set before the first test. */
export let world: World;

/** Prints what a run is asked to show. */
export const show = (text: string) => process.stdout.write(`${text}\n`);

export async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await work();
  show(`${what}: ${((performance.now() - start) / 1000).toFixed(0)} s`);
  return result;
}

/** The settings of the two stacks: dev as in a new account, prod with every choice that adds resources. */
export function settle(more: object = {}, dev: object = {}): void {
  const { checkout, account } = world;
  const prod = {
    alarmAddress: 'alarms@example.com',
    encryption: 'customer',
    corsOrigins: ['https://shop.example'],
    authorizer: { type: 'jwt', issuer: issuer.url, audience: [AUDIENCE] },
    state: { backend: 's3', bucket: STATE_BUCKET, region: REGION, endpoint: account.endpoint },
    ...more,
  };
  writeFileSync(
    join(checkout.terraform, 'settings.json'),
    JSON.stringify({ dev: { functionsAtOnce: 10, ...dev }, prod }),
  );
}

export async function start(): Promise<void> {
  const work = join(FOLDER, 'account');
  mkdirSync(work);
  const account = await startAccount(work);
  const checkout = copyCheckout(FOLDER);
  const stacks = new Stacks(checkout, account.env);
  const unknown = { api: new Api(''), inside: new Inside(account, {}) };
  world = { account, checkout, stacks, fronts: [], ...unknown };
  settle();
  const located = `<CreateBucketConfiguration><LocationConstraint>${REGION}</LocationConstraint></CreateBucketConfiguration>`;
  await account.rest('s3', 'PUT', `/${STATE_BUCKET}`, located);
}

export async function stop(): Promise<void> {
  await Promise.all(world.fronts.map((front) => front.close()));
  await world.account.stop();
}

/** The HTTP side of a deployed gateway; see serveFunction. */
export async function serve(stack: string, judge?: Parameters<typeof serveFunction>[2]): Promise<string> {
  const front = await serveFunction(world.account, `hindsight-${stack}-gateway`, judge);
  world.fronts.push(front);
  return front.url;
}

export const received = (eventId: string, quantity: string) => ({
  eventId,
  eventType: 'productReceived',
  quantity,
  unitPrice: '$4',
});
export const shipped = (eventId: string, quantity: string) => ({
  eventId,
  eventType: 'productShipped',
  quantity,
});
export const events = (keys: string[]) => keys.filter((key) => key.startsWith('v#'));
