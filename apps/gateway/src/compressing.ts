import compression from 'compression';

/** Below this, in bytes, compression gains nothing. */
const THRESHOLD = 1024;

/**
 * Compresses answers where the client takes that (brotli, gzip, deflate). Not those with a strong entity tag, which
 * names one row of bytes: a state's is good for `If-Match`, and has to arrive as it is. Not streams of events, which
 * would sit in the compressor.
 */
export const compressing = compression({
  threshold: THRESHOLD,
  filter: (request, response) => {
    const tag = response.getHeader('ETag');
    const type = String(response.getHeader('Content-Type'));
    if ((typeof tag === 'string' && tag.startsWith('"')) || type.startsWith('text/event-stream'))
      return false;
    return compression.filter(request, response);
  },
});
