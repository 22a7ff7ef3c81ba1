/** An issuer's responses are a few kilobytes; larger ones are not buffered. */
const ANSWER_BYTES = 256 * 1024;
/** Timeout for the entire response. */
const ANSWER_MS = 5_000;

async function bytesOf({ body }: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > ANSWER_BYTES) throw new Error(`the issuer's answer has more than ${ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * A `fetch` for an issuer, limited in time and size. After a failure it fails immediately for a while: during
 * an outage of the issuer, requests with its tokens are refused at once instead of piling up.
 */
export function issuerFetch(pauseMs: number): (url: string, options?: RequestInit) => Promise<Response> {
  let failedAt = -Infinity;
  return async (url, options = {}) => {
    if (performance.now() - failedAt < pauseMs) throw new Error('the issuer failed a moment ago');
    try {
      const signal = AbortSignal.timeout(ANSWER_MS);
      const response = await fetch(url, { ...options, signal, redirect: 'error' });
      const bytes = await bytesOf(response);
      if (!response.ok) throw new Error(`the issuer answered ${response.status}`);
      return new Response(new Uint8Array(bytes), {
        status: response.status,
        headers: { 'Content-Type': 'application/json' },
      });
    } catch (error) {
      failedAt = performance.now();
      throw error;
    }
  };
}
