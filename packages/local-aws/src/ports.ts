import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/**
 * Binds a port for a moment.
 * @param port 0: any free one
 * @returns the port, which was free then
 * @throws the system's error (`EADDRINUSE`, `EADDRNOTAVAIL`, `EACCES`) where it can't be had
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
