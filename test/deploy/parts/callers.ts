import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { authorization } from '../authorization';
import { blocksUnder } from '../documented';
import { until } from '../inside';
import { AUDIENCE, issuer, ROOT, serve, show, world } from '../world';

const documented = () =>
  blocksUnder(readFileSync(join(ROOT, 'docs/how-to/deploy.md'), 'utf8'), 'Calling the API');
const installed = (command: string) => spawnSync('which', [command]).status === 0;

/** The API's own address can't be reached here: commands go to what stands for it, whatever address they say. */
const REDIRECT = `
here() { local all=(); for one in "$@"; do all+=("\${one/#$API_URL_DEPLOYED/$API_URL}"); done; "\${all[@]}"; }
curl() { here "$(which curl)" "$@"; }
awscurl() { here "$(which awscurl)" "$@"; }
`;

async function front(stack: 'dev' | 'prod', secrets: Readonly<Record<string, string>>) {
  const { account, stacks } = world;
  const { outputs } = await stacks.deployed(stack);
  const callers = { secretOf: (key: string) => secrets[key], issuers: [issuer] };
  const judge = await authorization(account, outputs['apiId'] ?? '', callers);
  return { url: await serve(stack, judge), deployed: outputs['apiUrl'] ?? '' };
}

async function run(command: string, env: Record<string, string>): Promise<string> {
  const { checkout, account } = world;
  const { stdout } = await promisify(execFile)('bash', ['-euc', `${REDIRECT}\n${command}`], {
    cwd: checkout.terraform,
    env: { ...process.env, ...account.env, ...env },
  });
  return stdout;
}

/** Who may call the API, as docs/how-to/deploy.md tells them to, judged by the authorizers that are deployed. */
export function callers(): void {
  test('dev takes requests that are signed, as the documentation signs them', async () => {
    const { AWS_ACCESS_KEY_ID: key = '', AWS_SECRET_ACCESS_KEY: secret = '' } = world.account.env;
    const { url, deployed } = await front('dev', { [key]: secret });
    const env = { API_URL: url, API_URL_DEPLOYED: deployed };
    const { ok } = await fetch(`${url}/healthz`);
    const unsigned = await fetch(`${url}/products/lamp/state`);
    const wrong = { ...env, AWS_SECRET_ACCESS_KEY: 'guessed' };
    expect([ok, unsigned.status]).toEqual([true, 403]);

    const [byCurl = '', byAwscurl = '', byScript = ''] = documented()
      .filter(({ text }) => !/\$TOKEN|put-events/.test(text))
      .map(({ text }) => text);
    expect(byCurl).toContain('--aws-sigv4');
    const answers = (await run(byCurl, env)).trim().split('\n');
    expect(answers).toHaveLength(2);
    expect(JSON.parse(answers[0] ?? '')).toMatchObject({ productId: 'desk', state: { quantity: '150' } });
    expect(JSON.parse(answers[1] ?? '')).toMatchObject({ productId: 'desk', state: { quantity: '150' } });
    for (const answer of (await run(byCurl, wrong)).trim().split('\n')) {
      expect(JSON.parse(answer)).toEqual({ message: 'Forbidden' });
    }

    expect(byAwscurl).toContain('awscurl');
    if (!installed('awscurl')) show('not run: awscurl against the deployed API (awscurl is not installed)');
    else expect(JSON.parse(await run(byAwscurl, env))).toMatchObject({ productId: 'desk' });

    expect(byScript).toContain('npm run --silent call');
    const said = (await run(byScript, env))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(said).toMatchObject([{ state: { quantity: '120' } }, { state: { quantity: '120' } }]);
    await expect(run(byScript, wrong)).rejects.toThrow(/403 Forbidden/);
  });

  test('prod takes tokens of its issuer, for its audience, in time', async () => {
    const { url, deployed } = await front('prod', {});
    const [withToken] = documented().filter(({ text }) => text.includes('$TOKEN'));
    const ask = async (TOKEN: string) => {
      const text = await run(withToken?.text ?? '', {
        API_URL: url,
        API_URL_DEPLOYED: deployed,
        URL: url,
        TOKEN,
      });
      return JSON.parse(text) as Record<string, unknown>;
    };
    const claims = { sub: 'clerk', aud: AUDIENCE, scope: 'state:read openid' };
    // Nothing is there yet: it is the gateway that says so.
    expect(await ask(issuer.token(claims))).toMatchObject({ type: '/problems/product-not-found' });
    // What a scope is for, the gateway knows; without any of them nobody gets that far.
    const writer = issuer.token({ ...claims, scope: 'events:write' });
    expect(await ask(writer)).toMatchObject({ type: '/problems/insufficient-scope' });
    const stranger = issuer.token({ ...claims, scope: 'openid email' });
    expect(await ask(stranger)).toEqual({ message: 'Forbidden' });
    const preflight = await fetch(`${url}/products/desk/events`, {
      method: 'OPTIONS',
      headers: { origin: 'https://shop.example', 'access-control-request-method': 'POST' },
    });
    expect(preflight.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    // The page and its files are open, and contain no data; what programs ask at the same address is not.
    const page = await fetch(url, { headers: { accept: 'text/html' } });
    const [asset = ''] = /\/assets\/[^"]+\.js/.exec(await page.text()) ?? [];
    expect([page.status, (await fetch(`${url}${asset}`)).status]).toEqual([200, 200]);
    expect((await fetch(`${url}/stock`, { headers: { accept: 'text/html' } })).status).toBe(401);
    const past = Math.floor(Date.now() / 1000) - 60;
    const refused = [
      '',
      `${issuer.token(claims).slice(0, -8)}AAAAAAAA`,
      issuer.token({ ...claims, aud: 'another' }),
      issuer.token({ ...claims, iss: 'https://elsewhere.example.com/' }),
      issuer.token({ ...claims, exp: past }),
    ];
    for (const token of refused) expect(await ask(token)).toEqual({ message: 'Unauthorized' });
  });

  test('a caller with the right puts events on the bus', async () => {
    const [putting] = documented().filter(({ text }) => text.includes('put-events'));
    if (!installed('aws')) {
      show('not run: aws events put-events (the AWS CLI is not installed)');
      return;
    }
    expect(JSON.parse(await run(putting?.text ?? '', {}))).toMatchObject({ FailedEntryCount: 0 });
    const answer = await until(async () => {
      const { status, body } = await world.api.state('chair');
      return status === 200 ? (body as object) : undefined;
    });
    expect(answer).toMatchObject({ version: 1, state: { quantity: '150' } });
  });
}
