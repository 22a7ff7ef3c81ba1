import type { IncomingMessage } from 'node:http';
import { formatOf, mediaTypeOf } from './formats';
import { malformed, Problem } from './problems';
import { askForBody, isHeldBack } from './server/held-back';

const READ = ['application/json', 'application/cloudevents+json', 'application/cloudevents-batch+json'];

/** The data of a CloudEvent in binary mode: JSON, which is also the default type. */
const BINARY_DATA = /^(?:[a-z]+\/(?:[a-z0-9!#$&^_.+-]+\+)?json)?$/;

interface Limits {
  readonly bodyLimit: number;
  readonly discardLimit: number;
}

const unsupported = (detail: string): Problem =>
  new Problem('unsupported-media-type', detail, { headers: { 'Accept-Post': READ.join(', ') } });

const tooLarge = ({ bodyLimit }: Limits): Problem =>
  new Problem('payload-too-large', `a body has at most ${bodyLimit} bytes`, {
    headers: { Connection: 'close' },
  });

/** @throws Problem unsupported-media-type if the headers announce an unsupported type or encoding */
function checkType(request: IncomingMessage): void {
  // Refuse a compressed body instead of decompressing it: 64 KiB need no compression, and this rules out zip
  // bombs.
  const coding = request.headers['content-encoding']?.trim().toLowerCase() ?? '';
  if (coding !== '' && coding !== 'identity')
    throw unsupported('a body must not be compressed (Content-Encoding)');
  const type = mediaTypeOf(request);
  const isRead = formatOf(request) === 'cloudevent-binary' ? BINARY_DATA.test(type) : READ.includes(type);
  if (!isRead) {
    const problem = type === '' ? 'the body has no Content-Type' : 'this Content-Type is not supported';
    throw unsupported(`${problem}; send ${READ.join(' or ')}`);
  }
  const parameters = (request.headers['content-type'] ?? '').toLowerCase().split(';').slice(1);
  const charset = parameters
    .map((parameter) => parameter.trim())
    .find((parameter) => parameter.startsWith('charset='))
    ?.slice('charset='.length);
  if (charset !== undefined && !['utf-8', 'utf8'].includes(charset.replaceAll('"', ''))) {
    throw unsupported('the charset of a body is UTF-8');
  }
}

/**
 * Collects the bytes up to the limit. Reads and discards the excess for a while: closing the connection while
 * the client is still sending would reset it, and the client would never see the response.
 */
function collect(
  request: IncomingMessage,
  { bodyLimit, discardLimit }: Limits,
): Promise<Buffer | 'too-large'> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const end = (): void => resolve(size > bodyLimit ? 'too-large' : Buffer.concat(chunks));
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= bodyLimit) chunks.push(chunk);
      else chunks.length = 0;
      if (size > discardLimit) resolve('too-large');
    });
    request.once('end', end);
    const broken = () => reject(malformed([{ path: '', message: 'the body ended before it was complete' }]));
    if (request.destroyed) broken();
    request.once('error', broken);
    request.once('close', () => {
      if (!request.complete) broken();
    });
  });
}

/**
 * The bytes of a request's body.
 * @throws Problem malformed-request without a body, payload-too-large, unsupported-media-type
 */
export async function readBody(request: IncomingMessage, limits: Limits): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0);
  // A client that holds its body back can be refused without discarding anything.
  if (announced > (isHeldBack(request) ? limits.bodyLimit : limits.discardLimit)) throw tooLarge(limits);
  askForBody(request);
  const body = await collect(request, limits);
  if (body === 'too-large') throw tooLarge(limits);
  if (body.length === 0)
    throw malformed([{ path: '', message: 'the request needs a body: an event, or an array of events' }]);
  checkType(request);
  return body;
}
