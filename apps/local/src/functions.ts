import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Invoke } from '@hindsight/local-aws';
import type { Task } from '@hindsight/workflow';
import { StartError } from './settings';

/** Where the build leaves the Lambda functions: one folder each, named as the task. */
const BUNDLES = join(__dirname, '..', '..', 'handlers', 'dist');

/** The ARN of a task's function, as the local state machine calls it. */
export const functionArn = (task: string): string => `arn:aws:lambda:us-east-1:000000000000:function:${task}`;

type Handler = (payload: unknown) => Promise<unknown>;

/**
 * Loads a bundle; one with the same content as one before it is not loaded twice, which saves half of the start.
 * @throws StartError when it is not there, or does not load
 */
function load(task: string, loaded: Map<string, Handler>): Handler {
  const file = join(BUNDLES, task, 'index.js');
  try {
    const content = readFileSync(file, 'utf8');
    const same = loaded.get(content);
    if (same !== undefined) return same;
    // Apps don't import apps: what is deployed to Lambda is loaded as it is, from its file.
    const { handler } = createRequire(file)(file) as { handler: Handler };
    loaded.set(content, handler);
    return handler;
  } catch (error) {
    const [reason] = (error as Error).message.split('\n');
    throw new StartError(`the function ${task} can not be loaded (run "npm run build"): ${reason}`);
  }
}

/** The workflow's functions in this process. They read their environment variables when they are loaded. */
export function createFunctions(tasks: readonly Task[]): { load: () => void; invoke: Invoke } {
  const handlers = new Map<string, Handler>();
  return {
    load() {
      const loaded = new Map<string, Handler>();
      for (const { name } of tasks) handlers.set(functionArn(name), load(name, loaded));
    },
    invoke(arn, payload) {
      const handler = handlers.get(arn);
      if (handler === undefined) return Promise.reject(new Error(`there is no function ${arn}`));
      return handler(payload);
    },
  };
}
