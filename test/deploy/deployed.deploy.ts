import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { callers } from './parts/callers';
import { concurrency } from './parts/concurrency';
import { deployment } from './parts/deployment';
import { failures } from './parts/failures';
import { gateway } from './parts/gateway';
import { machines } from './parts/machines';
import { operations } from './parts/operations';
import { removal, upgrade } from './parts/upgrade';
import { permissionsOf, requestedBy } from './permissions';
import { ROOT, serve, show, start, stop, timed, world } from './world';

beforeAll(start);
afterAll(stop);

// In this order: each part works on what those before it have left.
describe('deployment', deployment);
describe('the deployed gateway', gateway);
describe('the callers of the deployed APIs', callers);

// In prod, because the README and the scenarios both begin with the sample's product.
test('prod passes the acceptance scenarios that `npm start` passes', async () => {
  const jest = join(ROOT, 'node_modules/jest/bin/jest.js');
  const args = [jest, '--config', join(__dirname, 'acceptance.config.cjs'), '--forceExit', '--verbose'];
  // Moto takes a hundred times what Step Functions takes; a tenth of the clients at once is as many as it serves.
  const env = {
    DEPLOYED_URL: await serve('prod'),
    DEPLOYED_ACCOUNT: world.account.endpoint,
    ACCEPTANCE_SCALE: '10',
  };
  const { status, output } = await timed('acceptance', () =>
    world.checkout.run(process.execPath, args, { cwd: ROOT, env: { ...env, NO_COLOR: '1' } }),
  );
  if (status !== 0) throw new Error(output);
  show(
    output
      .split('\n')
      .filter((line) => /^ +[✓○]|^Tests:/.test(line))
      .join('\n'),
  );
});

describe('the deployed STANDARD machine', machines);
describe('an account of 10 functions at once', concurrency);
describe('no failure goes unnoticed:', failures);

test('no function has done what its role does not grant', async () => {
  const { account, stacks } = world;
  const roles = {
    dev: permissionsOf(await stacks.deployed('dev')),
    prod: permissionsOf(await stacks.deployed('prod')),
  };
  const requests = requestedBy(account.calls());
  expect([...requests.keys()]).toContain('hindsight-dev-repair-log');
  for (const [name, wanted] of requests) {
    const permissions = name.startsWith('hindsight-prod-') ? roles.prod : roles.dev;
    expect({ name, refused: wanted.filter((request) => !permissions.allow(name, request)) }).toEqual({
      name,
      refused: [],
    });
  }
});

describe('the deployment that runs', operations);
test('an upgrade adds an event type, changes the functions and keeps the table', upgrade);
describe('removal', removal);

test('all of this took nothing but what the policy of the deployer lists', () => {
  const { Statement } = JSON.parse(
    readFileSync(join(ROOT, 'terraform/examples/deployer-policy.json'), 'utf8'),
  ) as { Statement: { Sid: string; Action: string[] }[] };
  const listed = Statement.filter(({ Sid }) => Sid !== 'NotSeenInTheStandIn').flatMap(({ Action }) => Action);
  const taken = world.account.deployed();
  expect(taken.filter((action) => !listed.includes(action))).toEqual([]);
  show(`listed and not taken: ${listed.filter((action) => !taken.includes(action)).join(', ') || 'nothing'}`);
});
