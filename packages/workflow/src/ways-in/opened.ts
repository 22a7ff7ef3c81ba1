import type { InputError, SentEvent } from '@hindsight/domain';

/** An unwrapped input: one event to validate, or the errors of its envelope. */
export type Opened = SentEvent | { readonly errors: readonly InputError[] };

export type Fields = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Absent or null; the two are equivalent in an envelope. */
export const isUnset = (value: unknown): value is null | undefined => value === undefined || value === null;

/** Appends the path of a member to the path of its parent. */
export const member = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);
