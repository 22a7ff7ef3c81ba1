import { createRequire } from 'node:module';
import type { Invoke } from '@hindsight/local-aws';
import { functionNames } from '@hindsight/workflow';
import { StartError } from './settings';

/** The ARN of a function, as the local state machine calls it. */
export const functionArn = (name: string): string => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;

type Handler = (payload: unknown) => Promise<unknown>;

/** @throws StartError if the bundle does not exist or does not load */
function load(name: string): Handler {
  try {
    // The package of the functions exports the bundles that are deployed to Lambda.
    return (createRequire(__filename)(`@hindsight/handlers/${name}`) as { handler: Handler }).handler;
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
