import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer, type RunningServer } from './processes';

/** The server that a block of tests talks to, on a data folder of its own. */
export interface OwnServer {
  readonly dataDir: string;
  readonly url: string;
  stop(): Promise<void>;
  /** Again, on the same data and the same port. */
  start(): Promise<void>;
}

/** Starts a server before the tests of a block; afterwards stops it and deletes its data. */
export function ownServer(): OwnServer {
  const dataDir = mkdtempSync(join(tmpdir(), 'hindsight-server-'));
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer(dataDir);
  });
  afterAll(async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return {
    dataDir,
    get url() {
      return server.url;
    },
    stop: () => server.stop(),
    async start() {
      server = await startServer(dataDir, { PORT: new URL(server.url).port });
    },
  };
}
