import { createHash } from 'node:crypto';
import { parseTime, printable, type InputError, type SentEvent } from '@hindsight/domain';
import { isRecord, isUnset, member, type Fields, type Opened } from './opened';

/**
 * CloudEvents 1.0: attributes around `data`, which contains the other fields of the event. In binary mode an
 * attribute is a header `ce-…`, and the data is the body; only the paths in error messages differ.
 */
export type CloudEventMode = 'structured' | 'binary';

const LONGEST_ID = 128;
const attribute = printable(1000);
/** JSON, and every type that is written in it (`application/vnd.shop+json`). */
const JSON_TYPE = /^[a-z]+\/(?:[a-z0-9!#$&^_.+-]+\+)?json(?: *;.*)?$/i;

/**
 * Derives the event id from `source` and `id`: `/till/1#7`. A `#` or `%` in the source is escaped, so that
 * two pairs never yield the same id. A pair that is too long for an id is hashed.
 */
export function cloudEventId(source: string, id: string): string {
  const whole = `${source.replaceAll('%', '%25').replaceAll('#', '%23')}#${id}`;
  if ([...whole].length <= LONGEST_ID) return whole;
  return `#${createHash('sha256').update(whole).digest('base64url')}`;
}

/** A type may be qualified (`com.example.productReceived`); the last part is the event type. */
const lastPart = (type: string): string => type.slice(type.lastIndexOf('.') + 1);

/** The attributes that have a value; null means not set. */
const setIn = (cloud: Fields): Fields =>
  Object.fromEntries(Object.entries(cloud).filter(([, value]) => !isUnset(value)));

/** Reads an attribute that must be text, or returns the error. */
function problemOf(name: string, value: unknown): string | undefined {
  if (value === undefined) return ['id', 'source', 'type'].includes(name) ? 'is required' : undefined;
  return attribute.safeParse(value).error?.issues[0]?.message;
}

const KNOWN = ['id', 'source', 'type', 'subject', 'time', 'datacontenttype', 'dataschema'];
const OTHERS = ['specversion', 'data', 'data_base64', ...KNOWN];

/** The errors of the attributes, by name. */
function problemsOf(cloud: Fields): [name: string, message: string][] {
  const { specversion, data, datacontenttype } = cloud;
  const problems: [string, string | undefined][] = [
    [
      'specversion',
      specversion === '1.0' ? undefined : 'must be "1.0", the version of CloudEvents that is supported',
    ],
    ...KNOWN.map((name): [string, string | undefined] => [name, problemOf(name, cloud[name])]),
  ];
  if (typeof datacontenttype === 'string' && !JSON_TYPE.test(datacontenttype))
    problems.push(['datacontenttype', 'must be application/json, or another type that is written in JSON']);
  if (cloud['data_base64'] !== undefined)
    problems.push(['data_base64', 'must be JSON in base64, and cannot be combined with data']);
  if (data !== undefined && !isRecord(data))
    problems.push(['data', 'must be an object with the other fields of the event']);
  for (const [name, value] of Object.entries(cloud))
    if (!OTHERS.includes(name) && typeof value === 'object')
      problems.push([
        name,
        'is not an attribute of CloudEvents; an extension is text, a number or a boolean',
      ]);
  return problems.filter((problem): problem is [string, string] => problem[1] !== undefined);
}

interface Given {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject?: string;
  readonly time?: string;
}

const sameTime = (a: unknown, b: string): boolean => {
  const [one, other] = [typeof a === 'string' ? parseTime(a) : undefined, parseTime(b)];
  // An invalid time is a separate error.
  return one === undefined || other === undefined || one === other;
};

/** The fields of the data that contradict the attributes. */
function contradictions({ id, source, type, subject, time }: Given, data: Fields): [string, string][] {
  const must = (is: boolean, field: string, attribute: string): [string, string][] =>
    is || data[field] === undefined ? [] : [[field, `must be as the CloudEvent's ${attribute}, or absent`]];
  const { eventId, eventType, productId, effectiveAt } = data;
  return [
    ...must(eventId === id || eventId === cloudEventId(source, id), 'eventId', 'id'),
    ...must(eventType === type || eventType === lastPart(type), 'eventType', 'type'),
    ...must(data['source'] === source, 'source', 'source'),
    ...must(subject === undefined || productId === subject, 'productId', 'subject'),
    ...must(time === undefined || sameTime(effectiveAt, time), 'effectiveAt', 'time'),
  ];
}

/** The event in a CloudEvent. */
export function openCloudEvent(
  { event, path }: SentEvent & { readonly event: Fields },
  mode: CloudEventMode,
): Opened {
  const attributePath = (name: string) => (mode === 'binary' ? `ce-${name}` : member(path, name));
  const dataPath = mode === 'binary' ? '' : member(path, 'data');
  const cloud = setIn(event);
  const errors = problemsOf(cloud).map(([name, message]): InputError => {
    const isHeader = mode === 'structured' || name !== 'data';
    return { path: isHeader ? attributePath(name) : dataPath, message };
  });
  if (errors.length > 0) return { errors };
  const given = cloud as unknown as Given;
  const data = (cloud['data'] ?? {}) as Fields;
  const against = contradictions(given, data);
  if (against.length > 0)
    return { errors: against.map(([field, message]) => ({ path: member(dataPath, field), message })) };
  const { id, source, type, subject, time } = given;
  return {
    event: {
      ...data,
      eventId: cloudEventId(source, id),
      eventType: lastPart(type),
      source,
      ...(subject !== undefined && { productId: subject }),
      ...(time !== undefined && { effectiveAt: time }),
    },
    path: dataPath,
    fieldPaths: new Map([
      ['eventId', attributePath('id')],
      ['eventType', attributePath('type')],
      ['source', attributePath('source')],
      ...(subject === undefined ? [] : [['productId', attributePath('subject')] as const]),
      ...(time === undefined ? [] : [['effectiveAt', attributePath('time')] as const]),
    ]),
  };
}
