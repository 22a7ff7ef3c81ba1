import type { IncomingMessage } from 'node:http';
import type { Format } from '@hindsight/workflow';
import { headerText } from './header-text';
import { malformed } from './problems';

const PREFIX = 'ce-';
/** The attributes of a CloudEvent in binary mode that are read; extensions are ignored. */
const ATTRIBUTES = [
  'specversion',
  'id',
  'source',
  'type',
  'subject',
  'time',
  'datacontenttype',
  'dataschema',
];

const STRUCTURED: Readonly<Record<string, Format>> = {
  'application/cloudevents+json': 'cloudevent',
  'application/cloudevents-batch+json': 'cloudevents',
};

type Headers = Pick<IncomingMessage, 'headers'>;

/** The media type of a body, in lower case, without parameters. */
export const mediaTypeOf = ({ headers }: Headers): string =>
  (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';

/**
 * The format of a request's body. The media type decides: `ce-` headers sent with a structured CloudEvent are
 * ignored.
 */
export function formatOf(request: Headers): Format | undefined {
  const structured = STRUCTURED[mediaTypeOf(request)];
  if (structured !== undefined) return structured;
  const isBinary = ATTRIBUTES.some((name) => request.headers[PREFIX + name] !== undefined);
  return isBinary ? 'cloudevent-binary' : undefined;
}

/** The value of an attribute's header, percent-decoded (CloudEvents HTTP binding, 3.1.3.2). */
function attributeIn(request: IncomingMessage, name: string): string | undefined {
  const text = headerText(request, name);
  try {
    return text === undefined ? undefined : decodeURIComponent(text);
  } catch {
    throw malformed([{ path: name, message: 'is not valid percent-encoding of UTF-8' }]);
  }
}

/** Parses JSON from bytes; `path` is its location in the request. */
export type ReadJson = (bytes: Uint8Array, path: string) => unknown;

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** A CloudEvent with its data as an object, if it was sent as base64-encoded JSON. */
function withData(value: unknown, path: string, readJson: ReadJson): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'specversion')) return value;
  const { data_base64: encoded, ...cloud } = value as Record<string, unknown>;
  // Validation later refuses an event that has both, or a value that is not a string.
  const hasData = cloud['data'] !== undefined && cloud['data'] !== null;
  if (typeof encoded !== 'string' || hasData) return value;
  if (!BASE64.test(encoded)) throw malformed([{ path, message: 'is not base64' }]);
  return { ...cloud, data: readJson(Buffer.from(encoded, 'base64'), path) };
}

/**
 * Converts a body to the form that the workflow reads: a CloudEvent in binary mode becomes a single object,
 * and base64 data becomes the JSON that it encodes.
 * @throws Problem malformed-request
 */
export function bodyOf(request: IncomingMessage, json: unknown, readJson: ReadJson): unknown {
  if (formatOf(request) === 'cloudevent-binary') {
    const attributes = ATTRIBUTES.map((name) => [name, attributeIn(request, PREFIX + name)] as const);
    return { ...Object.fromEntries(attributes.filter(([, text]) => text !== undefined)), data: json };
  }
  if (!Array.isArray(json)) return withData(json, 'data_base64', readJson);
  return json.map((one: unknown, index) => withData(one, `[${index}].data_base64`, readJson));
}
