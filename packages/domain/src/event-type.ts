import type * as z from 'zod';
import type { ChangeContent, Money } from './types';

/** The part of a product's state that reducers decide; status and conflicts follow from it. */
export interface Stock {
  readonly quantity: string;
  readonly unitPrice: Money | null;
  readonly color: string | null;
  readonly size: string | null;
}

export const nothing: Omit<Stock, 'quantity'> = { unitPrice: null, color: null, size: null };

/** An example that documentation shows and tests replay: a body that a client may send, without its id. */
export interface EventExample {
  readonly title: string;
  readonly event: Readonly<Record<string, unknown>>;
}

interface Described {
  /** The stored name, in lower camel case: a contract. */
  readonly name: string;
  /** What it does, in a sentence. */
  readonly summary: string;
  /** Raised when the stored shape of the fields changes; older events are then upcast on read. */
  readonly schemaVersion: number;
  /** The fields of the type itself. */
  readonly schema: z.ZodObject;
  readonly examples: readonly EventExample[];
  /** `upcast[n]` turns the content of schema version n into that of n + 1. */
  readonly upcast?: Readonly<Record<number, (content: ChangeContent) => ChangeContent>>;
}

/** A type whose events change the stock at their own place in time. */
export interface ChangeType extends Described {
  readonly kind: 'change';
  /** `stock` is null for the first event in effective order. Pure. */
  reduce(stock: Stock | null, content: ChangeContent): Stock;
  /** What the event found out about the state before it, for people to read. */
  findings?(stock: Stock | null, content: ChangeContent): { readonly variance: string };
}

/** A type whose events say that another event was never so (no replacement), or was different. */
export interface CorrectionType extends Described {
  readonly kind: 'correction';
  /** True where the event carries a `replacement`. */
  readonly replaces: boolean;
}

export type EventType = ChangeType | CorrectionType;

/** Writes down a change; the reducer sees the fields as its schema gives them. */
export function changeType<const S extends z.ZodObject>(
  type: Omit<ChangeType, 'kind' | 'schema' | 'reduce' | 'findings'> & {
    readonly schema: S;
    readonly reduce: (stock: Stock | null, fields: z.output<S>) => Stock;
    readonly findings?: (stock: Stock | null, fields: z.output<S>) => { readonly variance: string };
  },
): ChangeType {
  // Contents reach a reducer only through the schema, or from the log that kept what the schema gave.
  return { ...type, kind: 'change' } as unknown as ChangeType;
}

export function correctionType(type: Omit<CorrectionType, 'kind'>): CorrectionType {
  return { ...type, kind: 'correction' };
}
