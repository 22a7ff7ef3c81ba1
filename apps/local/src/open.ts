import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startDynamoDb } from '@hindsight/local-aws';
import { InUseError, publishedEngine, publishEngine, takeDataDir } from './data-dir';
import { TABLE } from './settings';

// node open.js FOLDER: says in one line of JSON where the engine of a data folder listens and what its table is. Where
// a server runs on the folder, that is the server's; otherwise it starts one, until the standard input ends.

const EXIT = { nothingThere: 2, notNow: 3 } as const;

/** The caller ends this process by closing its input, also when it is itself ended by a Ctrl-C. */
process.on('SIGINT', () => undefined);

async function open(folder: string): Promise<void> {
  const running = publishedEngine(folder);
  if (running !== undefined) return void process.stdout.write(`${JSON.stringify(running)}\n`);
  takeDataDir(folder);
  const { endpoint, stop } = await startDynamoDb({ file: join(folder, 'hindsight.db') });
  try {
    publishEngine(folder, { endpoint, table: TABLE });
    process.stdout.write(`${JSON.stringify({ endpoint, table: TABLE })}\n`);
    process.stdin.resume();
    await once(process.stdin, 'end');
  } finally {
    await stop();
  }
}

async function main(folder: string): Promise<number> {
  // A folder that is not there is a mistyped name, and not one to be made.
  if (!existsSync(join(folder, 'hindsight.db'))) {
    process.stderr.write(`there is no log in the data folder ${folder}\n`);
    return EXIT.nothingThere;
  }
  await open(folder);
  return 0;
}

main(process.argv[2] ?? '').then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    const { message } = error as Error;
    const starting = error instanceof InUseError ? ', which has not said yet where its engine listens' : '';
    process.stderr.write(`${message.split('\n')[0]}${starting}\n`);
    process.exitCode = EXIT.notNow;
  },
);
