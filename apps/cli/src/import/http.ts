import * as http from 'node:http';
import * as https from 'node:https';
import type { Exchange } from '@hindsight/import';
import { MOST_BYTES } from '../bounded-fetch';

/** How long a request may take as a whole. */
const TIMEOUT_MS = 30_000;

/**
 * Keeps one connection alive per concurrent request. Uses node:http because fetch requires twice the memory
 * and CPU for many small requests, on cores that the server needs.
 * @param token sent as a bearer token
 */
export function createExchange(token: string | undefined, timeoutMs = TIMEOUT_MS): Exchange {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const agents = {
    'http:': new http.Agent({ keepAlive: true }),
    'https:': new https.Agent({ keepAlive: true }),
  };
  return (url, body) =>
    new Promise((resolve, reject) => {
      const target = new URL(url);
      const secure = target.protocol === 'https:';
      const request = (secure ? https : http).request(target, {
        method: body === undefined ? 'GET' : 'POST',
        agent: agents[secure ? 'https:' : 'http:'],
        headers: {
          ...authorization,
          ...(body !== undefined && {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
          }),
        },
      });
      const timer = setTimeout(
        () => request.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)),
        timeoutMs,
      );
      const fail = (error: Error) => {
        clearTimeout(timer);
        reject(error);
      };
      request.on('error', fail);
      request.on('response', (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > MOST_BYTES) request.destroy(new Error('the response has no end'));
          else chunks.push(chunk);
        });
        response.on('error', fail);
        response.on('end', () => {
          clearTimeout(timer);
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'], text });
        });
      });
      request.end(body);
    });
}
