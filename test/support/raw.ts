import { request } from 'node:http';

/** Sends the path of a request unchanged; `fetch` would normalize it first. */
export function rawly(
  base: string,
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; location: string | undefined; body: unknown }> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const headers = body ? { 'content-type': 'application/json' } : {};
    request({ hostname, port, method, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          location: response.headers.location,
          body: JSON.parse(text) as unknown,
        }),
      );
    })
      .on('error', reject)
      .end(body && JSON.stringify(body));
  });
}
