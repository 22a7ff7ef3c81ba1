import type { Answering } from './protocol-server';

/** A request as the SDK hands it to its handler. */
interface Request {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

interface Response {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
}

/** A request handler of an SDK client. */
export interface InProcessHandler {
  handle(request: Request): Promise<{ response: Response }>;
}

function bytesOf(body: unknown): Buffer {
  if (!(body instanceof Uint8Array)) return Buffer.from(String(body));
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}

/** As long as the clients of other processes wait. */
const TIMEOUT_MS = 5_000;

async function within<T>(answer: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `the engine did not answer within ${timeoutMs} ms`;
    timer = setTimeout(() => reject(Object.assign(new Error(message), { name: 'TimeoutError' })), timeoutMs);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

/**
 * Lets a client in the process that serves a protocol call it directly. Over the endpoint, the process would be both
 * sides of a connection, and check a signature that it made itself.
 */
export function handlerInProcess(answering: Answering, timeoutMs = TIMEOUT_MS): InProcessHandler {
  return {
    async handle({ headers, body }) {
      const target = String(headers['x-amz-target']);
      const { status, text } = await within(answering(target, bytesOf(body)), timeoutMs);
      const type = { 'content-type': 'application/x-amz-json-1.0' };
      return { response: { statusCode: status, headers: type, body: Buffer.from(text) } };
    },
  };
}
