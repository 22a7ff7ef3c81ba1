import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** Runs bundled Lambda functions outside the test's sandbox, as they are: it refuses the imports that the AWS SDK does at run time. */
export interface FunctionHost {
  invoke(task: string, payload: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

const HOST = `
const { join } = require('node:path');
const { parentPort, workerData } = require('node:worker_threads');
parentPort.on('message', async ({ id, task, payload }) => {
  try {
    const { handler } = require(join(workerData, task, 'index.js'));
    parentPort.postMessage({ id, result: await handler(payload) });
  } catch ({ name, message }) {
    parentPort.postMessage({ id, error: { name, message } });
  }
});`;

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly name: string; readonly message: string };
}

/** @param folder where each task's bundle is, in a folder of its name */
export async function startFunctionHost(
  folder: string,
  environment: NodeJS.ProcessEnv,
): Promise<FunctionHost> {
  const worker = new Worker(HOST, {
    eval: true,
    workerData: folder,
    env: { ...process.env, LOG_LEVEL: 'warn', ...environment },
  });
  await once(worker, 'online');
  const waiting = new Map<number, (answer: Answer) => void>();
  worker.on('message', (answer: Answer) => waiting.get(answer.id)?.(answer));
  let calls = 0;
  return {
    async invoke(task, payload) {
      const id = (calls += 1);
      const { result, error } = await new Promise<Answer>((resolve) => {
        waiting.set(id, resolve);
        worker.postMessage({ id, task, payload });
      });
      waiting.delete(id);
      if (error !== undefined) throw Object.assign(new Error(error.message), { name: error.name });
      return result;
    },
    async stop() {
      await worker.terminate();
    },
  };
}
