import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Invoke } from '@hindsight/local-aws';
import { functionNames } from '@hindsight/workflow';
import { StartError } from './settings';

/** Where the build leaves the Lambda functions: one folder each, of its name. */
const BUNDLES = join(__dirname, '..', '..', 'handlers', 'dist');

/** The ARN of a function, as the local state machine calls it. */
export const functionArn = (name: string): string => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;

type Handler = (payload: unknown) => Promise<unknown>;

/** @throws StartError when the bundle is not there, or does not load */
function load(name: string): Handler {
  const file = join(BUNDLES, name, 'index.js');
  try {
    // Apps don't import apps: what is deployed to Lambda is loaded as it is, from its file.
    return (createRequire(file)(file) as { handler: Handler }).handler;
  } catch (error) {
    const [reason] = (error as Error).message.split('\n');
    throw new StartError(`the function ${name} can not be loaded (run "npm run build"): ${reason}`);
  }
}

/** The workflow's functions in this process. They read their environment variables when they are loaded. */
export function createFunctions(): { load: () => void; invoke: Invoke } {
  const handlers = new Map<string, Handler>();
  return {
    load() {
      for (const name of functionNames) handlers.set(functionArn(name), load(name));
    },
    invoke(arn, payload) {
      const handler = handlers.get(arn);
      if (handler === undefined) return Promise.reject(new Error(`there is no function ${arn}`));
      return handler(payload);
    },
  };
}
