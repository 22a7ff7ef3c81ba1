/** One request, ready to be sent; `{cursor}` and the like in it stand for what answers have said so far. */
export interface FuzzRequest {
  readonly kind: 'valid' | 'nearly valid' | 'hostile';
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export type Pairs = readonly (readonly [string, string])[];

/** What may be percent-encoded: half of a pair of surrogates may not. */
export const wellFormed = (text: string): string => Buffer.from(text).toString();
export const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value ?? null);
export const queryOf = (pairs: Pairs): string =>
  pairs
    .map(
      ([name, value]) => `${encodeURIComponent(wellFormed(name))}=${encodeURIComponent(wellFormed(value))}`,
    )
    .join('&');
