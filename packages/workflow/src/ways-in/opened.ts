import type { InputError, SentEvent } from '@hindsight/domain';

/** What an input contains: one event to validate, or what is wrong with the envelope. */
export type Opened = SentEvent | { readonly errors: readonly InputError[] };

export type Fields = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Absent, or null, which means the same in an envelope. */
export const isUnset = (value: unknown): value is null | undefined => value === undefined || value === null;

/** The path of a member, after the path of what it is a member of. */
export const member = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);
