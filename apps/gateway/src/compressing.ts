import compression from 'compression';

/** Smaller responses, in bytes, are not worth compressing. */
const THRESHOLD = 1024;

/**
 * Compresses responses if the client accepts it (brotli, gzip, deflate). Excluded are responses with a strong
 * entity tag, which identifies exact bytes: the tag of a state is valid for `If-Match`. Also excluded are
 * event streams, which the compressor would delay.
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
