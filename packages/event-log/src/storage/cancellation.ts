/**
 * Why a write failed, and what that means to its sender.
 *
 * A single put fails with an error that has a name for each reason.
 * DynamoDB cancels a whole transaction for one item and gives one code per item, `None` for the items that were fine.
 * Only a failed condition says that another writer was first: planning the append again can succeed. A full item
 * collection will be full at every try, a throttled table needs time, and invalid data needs a programmer. Taking all
 * of these for a lost race would end in "others wrote to this stream; try again", which is not true.
 */
export type Cancellation =
  /** Another writer was first. Plan again on the new head. */
  | { readonly kind: 'lost-race' }
  /** The table is busy. The same transaction can be sent again, later. */
  | { readonly kind: 'throttled' }
  /** The item collection of the stream has reached its limit of 10 GB. No retry helps. */
  | { readonly kind: 'stream-full' }
  /** Nothing that a retry could help with; `reason` names the codes. */
  | { readonly kind: 'failed'; readonly reason: string };

/** The codes of each kind. The state machine matches on the same ones. */
export const cancellationCodes = {
  'lost-race': ['ConditionalCheckFailed', 'TransactionConflict'],
  'stream-full': ['ItemCollectionSizeLimitExceeded'],
  throttled: ['ThrottlingError', 'ProvisionedThroughputExceeded'],
} as const;

const NONE = 'None';

/**
 * The meaning of a cancellation.
 * @param codes of the cancellation reasons, one per item: `CancellationReasons[].Code`
 *
 * A lost race decides, whatever else is among the codes: the next attempt writes other items. A full stream and an
 * unknown code come before throttling, because waiting does not cure them.
 */
export function cancellationOf(codes: readonly (string | undefined)[]): Cancellation {
  const causes = codes.filter((code): code is string => code !== undefined && code !== NONE);
  const some = (kind: keyof typeof cancellationCodes): boolean =>
    causes.some((code) => (cancellationCodes[kind] as readonly string[]).includes(code));
  if (some('lost-race')) return { kind: 'lost-race' };
  if (some('stream-full')) return { kind: 'stream-full' };
  const throttled: readonly string[] = cancellationCodes.throttled;
  const unknown = causes.filter((code) => !throttled.includes(code));
  if (causes.length > 0 && unknown.length === 0) return { kind: 'throttled' };
  return { kind: 'failed', reason: [...new Set(unknown)].join(', ') || 'no cancellation reason was given' };
}

/**
 * The codes in the text of an error, as the SDK and a Step Functions cause write it:
 * `Transaction cancelled, please refer cancellation reasons for specific reasons [ConditionalCheckFailed, None]`.
 * None where the text has no such list.
 */
export function cancellationCodesIn(text: string): readonly string[] {
  const list = /\[((?:[A-Za-z]+, )*[A-Za-z]+)\]/.exec(text)?.[1];
  return list === undefined ? [] : list.split(', ');
}

/** The names of errors of each kind, of a single put. The state machine matches on the same ones. */
export const putErrors = {
  'lost-race': ['ConditionalCheckFailedException', 'TransactionConflictException'],
  'stream-full': ['ItemCollectionSizeLimitExceededException'],
  throttled: ['ProvisionedThroughputExceededException', 'ThrottlingException', 'RequestLimitExceeded'],
  failed: ['ValidationException'],
} as const;

/** The meaning of the error of a single put; undefined if it is not about the item, and its end is unknown. */
export function failedPut(name: string, message: string): Cancellation | undefined {
  const is = (kind: keyof typeof putErrors): boolean => (putErrors[kind] as readonly string[]).includes(name);
  if (is('lost-race')) return { kind: 'lost-race' };
  if (is('stream-full')) return { kind: 'stream-full' };
  if (is('throttled')) return { kind: 'throttled' };
  return is('failed') ? { kind: 'failed', reason: message } : undefined;
}
