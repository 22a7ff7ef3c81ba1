type Fields = Record<string, unknown>;

const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A CloudEvents type may be qualified (`com.example.productReceived`); the log's name is its last part. */
const lastPart = (type: unknown): unknown =>
  typeof type === 'string' ? type.slice(type.lastIndexOf('.') + 1) : type;

function fromCloudEvent(cloud: Fields): Fields {
  const { id, type, subject, time } = cloud;
  return {
    eventId: id,
    eventType: lastPart(type),
    ...(subject !== undefined && { productId: subject }),
    ...(time !== undefined && { effectiveAt: time }),
    ...(isRecord(cloud['data']) ? cloud['data'] : {}),
  };
}

/**
 * Takes an event out of what it came in: the EventBridge envelope (`detail.ProductEvent`), a CloudEvent 1.0
 * (`data`; id, type, subject and time fill eventId, eventType, productId and effectiveAt), or nothing.
 * `prefix` is where the event then stands in the input, for error paths.
 */
export function unwrap(input: unknown, prefix: string): { event: unknown; prefix: string } {
  if (!isRecord(input)) return { event: input, prefix };
  const inside = (path: string) => (prefix === '' ? path : `${prefix}.${path}`);
  if (isRecord(input['detail']))
    return { event: input['detail']['ProductEvent'], prefix: inside('detail.ProductEvent') };
  if (input['specversion'] === '1.0') return { event: fromCloudEvent(input), prefix: inside('data') };
  return { event: input, prefix };
}
