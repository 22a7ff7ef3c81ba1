import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export const REGION = 'eu-central-1';

/** What a service answers; judged by the tests that read it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = Record<string, any>;

/** What a function asked of a service. */
export interface Call {
  readonly function: string;
  readonly target: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A stand-in AWS account, on this machine. */
export interface Account {
  readonly endpoint: string;
  /** What the SDK, the CLI and Terraform need to end up in it. */
  readonly env: Readonly<Record<string, string>>;
  /** Calls an operation of a service that speaks AWS JSON, such as `DynamoDB_20120810.GetItem`. */
  call(service: string, target: string, body: object): Promise<Json>;
  /** Asks a service that speaks REST. */
  rest(service: string, method: string, path: string, body?: string): Promise<string>;
  /** Invokes a function and waits for what it returns. */
  invoke(functionName: string, event: unknown): Promise<unknown>;
  /** What a function has written to its log. */
  log(functionName: string): string;
  /** Ends the processes of all functions: the next invocations are cold starts. */
  cool(): Promise<void>;
  /** Sets how many functions the account runs at once; undefined: any number. */
  limitFunctions(most: number | undefined): Promise<void>;
  /** All calls that functions have made. */
  calls(): Call[];
  /** The actions of IAM that deployments took, each once. */
  deployed(): string[];
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function ready(account: ChildProcess): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    account.once('error', reject);
    account.once('exit', (code) => reject(new Error(`the stand-in account ended with ${code}`)));
    if (account.stdout)
      createInterface({ input: account.stdout }).on('line', (line) => line === 'ready' && resolve());
  });
}

/** @param folder takes the code and logs of functions */
export async function startAccount(folder: string): Promise<Account> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const script = join(__dirname, 'stand-in/account.py');
  const log = openSync(join(folder, 'account.log'), 'a');
  const child = spawn('python3', [script, String(port), folder], {
    stdio: ['pipe', 'pipe', log],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
  closeSync(log);
  await ready(child);

  async function send(service: string, method: string, path: string, more: RequestInit): Promise<string> {
    const Authorization = `AWS4-HMAC-SHA256 Credential=tester/20260101/${REGION}/${service}/aws4_request, SignedHeaders=host, Signature=0`;
    const headers = { Authorization, ...(more.headers as object) };
    const response = await fetch(`${endpoint}${path}`, { ...more, method, headers });
    const text = await response.text();
    if (!response.ok) throw new Error(`${service} answered ${response.status}: ${text}`);
    return text;
  }

  return {
    endpoint,
    env: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: 'deployer',
      AWS_SECRET_ACCESS_KEY: 'stand-in',
    },
    async call(service, target, body) {
      const headers = { 'X-Amz-Target': target, 'Content-Type': 'application/x-amz-json-1.0' };
      const text = await send(service, 'POST', '/', { headers, body: JSON.stringify(body) });
      return JSON.parse(text || '{}') as Record<string, unknown>;
    },
    rest: (service, method, path, body) => send(service, method, path, { body: body ?? null }),
    async invoke(functionName, event) {
      const path = `/2015-03-31/functions/${functionName}/invocations`;
      return JSON.parse(await send('lambda', 'POST', path, { body: JSON.stringify(event) }));
    },
    log: (functionName) => readFileSync(join(folder, `${functionName}.log`), 'utf8'),
    async cool() {
      await fetch(`${endpoint}/stand-in/cool`, { method: 'POST' });
    },
    async limitFunctions(most) {
      await fetch(`${endpoint}/stand-in/functions-at-once?${most ?? ''}`, { method: 'POST' });
    },
    calls: () =>
      readFileSync(join(folder, 'calls.jsonl'), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Call),
    deployed: () =>
      readFileSync(join(folder, 'deployer.jsonl'), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as string)
        .sort(),
    async stop() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.stdin?.end();
      await gone;
    },
  };
}
