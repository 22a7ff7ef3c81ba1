import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/**
 * Binds a port briefly.
 * @param port 0: any free one
 * @returns the port, which was free at that time
 * @throws the system's error (`EADDRINUSE`, `EADDRNOTAVAIL`, `EACCES`) if it can't be bound
 */
export async function probePort(host: string, port = 0): Promise<number> {
  const server = createServer();
  server.listen(port, host);
  await once(server, 'listening');
  const found = (server.address() as AddressInfo).port;
  server.close();
  await once(server, 'close');
  return found;
}
