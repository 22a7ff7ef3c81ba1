import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { cloudEvent, cloudEventAttributes, type FieldError } from '@hindsight/api';
import { z } from 'zod';
import { malformed, Problem } from './problems';

const PREFIX = 'ce-';
const structured: Readonly<Record<string, z.ZodType>> = {
  'application/cloudevents+json': cloudEvent,
  'application/cloudevents-batch+json': z.array(cloudEvent, { error: 'must be an array of CloudEvents' }),
};

const pathOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, key) =>
      typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`,
    '',
  );

function errorsOf({ issues }: z.ZodError): FieldError[] {
  return issues.map(({ path, message }) => ({ path: pathOf(path), message }));
}

/** Header values are percent-encoded where they are not plain text (CloudEvents HTTP binding, 3.1.3.2). */
function decoded(name: string, value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw malformed([{ path: name, message: 'is not valid percent-encoding' }]);
  }
}

/** The attributes in the headers; undefined where the request is no CloudEvent in binary mode. */
function attributesIn(headers: IncomingHttpHeaders): Record<string, string> | undefined {
  const given = Object.keys(cloudEventAttributes).flatMap((name) => {
    const value = headers[PREFIX + name];
    return typeof value === 'string' ? [[name, decoded(PREFIX + name, value)] as const] : [];
  });
  return given.length === 0 ? undefined : Object.fromEntries(given);
}

const attributeHeaders = z.object(cloudEventAttributes);

/** One event of attributes in headers and data in the body, as structured mode has it. */
function fromBinaryMode(attributes: Record<string, string>, data: unknown): unknown {
  const read = attributeHeaders.safeParse(attributes);
  if (!read.success) {
    throw malformed(
      errorsOf(read.error).map(({ path, message }) => ({
        path: PREFIX + path,
        message: attributes[path] === undefined ? 'is required of a CloudEvent in binary mode' : message,
      })),
    );
  }
  return { ...read.data, data };
}

/**
 * What a body says, by what the request says that it is: CloudEvents in structured mode or a batch of them by their
 * media type, one in binary mode by its headers; everything else is left as it is.
 * @throws Problem malformed-request, invalid-event
 */
export function eventsIn({ headers }: Pick<IncomingMessage, 'headers'>, body: unknown): unknown {
  const type = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const schema = structured[type];
  // The media type decides, as the binding has it; headers beside it are not looked at.
  if (schema === undefined) {
    const attributes = attributesIn(headers);
    if (attributes === undefined) return body;
    return checked(cloudEvent, fromBinaryMode(attributes, body));
  }
  return checked(schema, body);
}

function checked(schema: z.ZodType, value: unknown): unknown {
  const read = schema.safeParse(value, { reportInput: true });
  if (read.success) return value;
  const errors = read.error.issues.map(({ path, message, input }) => ({
    path: pathOf(path),
    message: input === undefined ? 'is required' : message,
  }));
  const [{ path, message } = { path: '', message: 'is not a CloudEvent' }] = errors;
  throw new Problem('invalid-event', `${path === '' ? 'the body' : path} ${message}`, {
    members: { errors },
  });
}
