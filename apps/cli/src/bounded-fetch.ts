import { EXIT, Failure } from './exit';

/** The longest page of the API has less than a tenth of that. A stream has no length; its messages have this one. */
export const MOST_BYTES = 64 * 1024 * 1024;

const isStream = (response: Response): boolean =>
  response.headers.get('content-type')?.startsWith('text/event-stream') ?? false;

function bounded(body: ReadableStream<Uint8Array>, host: string): ReadableStream<Uint8Array> {
  let size = 0;
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        size += chunk.length;
        if (size <= MOST_BYTES) controller.enqueue(chunk);
        else controller.error(new Failure(`the response of ${host} has no end`, EXIT.unreachable));
      },
    }),
  );
}

/**
 * `fetch` that trusts the server with nothing: a response has a limit in bytes, and a redirection is reported instead
 * of followed. A followed one would turn a POST into a GET, or take events and questions to another server.
 * @throws Failure
 */
export async function boundedFetch(request: Request): Promise<Response> {
  const response = await fetch(request, { redirect: 'manual' });
  const { host, origin } = new URL(request.url);
  const location = response.headers.get('location');
  if (response.status >= 300 && response.status < 400 && location !== null) {
    const target = URL.canParse(location, request.url) ? new URL(location, request.url) : undefined;
    throw new Failure(
      `${origin} redirects to ${target?.origin ?? location}: if that is the service, name it by --url`,
      EXIT.usage,
    );
  }
  if (response.body === null || isStream(response)) return response;
  return new Response(bounded(response.body, host), response);
}
