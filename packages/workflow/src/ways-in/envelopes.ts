import { inputsIn, type InputError, type SentEvent } from '@hindsight/domain';
import { openCloudEvent } from './cloud-event';
import { openEventBridge } from './event-bridge';
import { isRecord, type Fields, type Opened } from './opened';

/** The declared format of a request's body. Absent: each event is recognized by its fields. */
export const FORMATS = ['cloudevent', 'cloudevents', 'cloudevent-binary'] as const;
export type Format = (typeof FORMATS)[number];

const holdsRecord = (sent: SentEvent): sent is SentEvent & { readonly event: Fields } => isRecord(sent.event);

/** Unwraps an event from its envelope: a CloudEvent, an EventBridge envelope, or none. */
function open(sent: SentEvent, format: Format | undefined): Opened {
  const refused = (message: string): Opened => ({ errors: [{ path: sent.path, message }] });
  if (!holdsRecord(sent))
    return format === undefined ? sent : refused('must be a CloudEvent, an object with specversion "1.0"');
  if (format !== undefined || Object.hasOwn(sent.event, 'specversion'))
    return openCloudEvent(sent, format === 'cloudevent-binary' ? 'binary' : 'structured');
  if (Object.hasOwn(sent.event, 'detail') && !Object.hasOwn(sent.event, 'eventType'))
    return openEventBridge(sent);
  return sent;
}

const refused = (message: string): readonly InputError[] => [{ path: '', message }];

/** The events in a body, or the errors of the envelopes. */
export function eventsIn(
  body: unknown,
  format?: Format,
): { readonly sent: readonly SentEvent[] } | { readonly errors: readonly InputError[] } {
  if (format === 'cloudevents' && !Array.isArray(body))
    return { errors: refused('must be an array of CloudEvents') };
  if (format === 'cloudevent' && Array.isArray(body))
    return {
      errors: refused('must be one CloudEvent; several are sent as application/cloudevents-batch+json'),
    };
  const inputs = format === 'cloudevent-binary' ? [{ event: body, path: '' }] : inputsIn(body);
  const opened = inputs.map((input) => open(input, format));
  const errors = opened.flatMap((one) => ('errors' in one ? one.errors : []));
  return errors.length > 0 ? { errors } : { sent: opened.filter((one) => 'event' in one) };
}
