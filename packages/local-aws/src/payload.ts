import { TaskFailure } from './task-failure';

/** The service's limit on the input and output of an execution, a task and a state: bytes of JSON in UTF-8. */
export const PAYLOAD_LIMIT = 262_144;

export const DATA_LIMIT = 'States.DataLimitExceeded';

/** A UTF-16 code unit takes one to three bytes, so most texts need not be measured. */
export const tooLarge = (text: string): boolean =>
  text.length > PAYLOAD_LIMIT || (text.length * 3 > PAYLOAD_LIMIT && Buffer.byteLength(text) > PAYLOAD_LIMIT);

/**
 * Serializes and parses a value, as a network call would. Caller and function share no objects, and local
 * functions can't pass values that Lambda could not.
 * @throws TaskFailure `States.DataLimitExceeded`, which no wildcard catches
 */
export function transfer(
  value: unknown,
  subject: string,
  named: { retry: boolean; catch: boolean },
): unknown {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) return null;
  if (tooLarge(text)) {
    throw new TaskFailure(
      DATA_LIMIT,
      `${subject} has a size exceeding the maximum number of bytes service limit.`,
      named,
    );
  }
  return JSON.parse(text) as unknown;
}
