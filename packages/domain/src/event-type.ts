import {
  applyEffect,
  decimalOf,
  millionths,
  runOf,
  type Effect as RegisterEffect,
  type Findings,
} from '@hindsight/bitemporal';
import type * as z from 'zod';
import {
  attributeNames,
  registersOf,
  stateOf,
  type AttributeValues,
  type ProductState,
  type Stock,
} from './state';
import type { ChangeContent } from './types';

/** An example that documentation shows and tests replay: a body that a client may send, without its id. */
export interface EventExample {
  readonly title: string;
  readonly event: Readonly<Record<string, unknown>>;
}

interface Described {
  /** The stored name, in lower camel case: a contract. */
  readonly name: string;
  /** Describes the type in one sentence. */
  readonly summary: string;
  /** Raised when the stored shape of the fields changes; older events are then upcast on read. */
  readonly schemaVersion: number;
  /** The type-specific fields. */
  readonly schema: z.ZodObject;
  /** Fields of which an event must have at least one. */
  readonly oneOf?: readonly string[];
  readonly examples: readonly EventExample[];
  /** `upcast[n]` turns the content of schema version n into that of n + 1. */
  readonly upcast?: Readonly<Record<number, (content: ChangeContent) => ChangeContent>>;
}

/** The effect of an event on a product, as data. Quantities are canonical decimals. */
export interface Effect {
  /** `initial` sets the quantity only of a product that does not exist yet. */
  readonly quantity?: { readonly add: string } | { readonly set: string } | { readonly initial: string };
  /** Sets these attributes; null clears one. Keys that are not attributes are ignored. */
  readonly set?: AttributeValues;
  /** Sets those of these attributes that are not set. */
  readonly default?: AttributeValues;
}

/** A type whose events change the stock at their own position in time. */
export interface ChangeType extends Described {
  readonly kind: 'change';
  /** The effect of an event, as data. Undefined for a type that defines a `reduce` instead. */
  effect(content: ChangeContent): RegisterEffect | undefined;
  /** The state after an event; `before` is null for the first in effective order. Pure. */
  evolve(productId: string, before: ProductState | null, content: ChangeContent): ProductState;
  /** Findings of the event about the state before it, for people to read. */
  findings?(before: Stock | null, content: ChangeContent): Findings;
}

/** A type whose events retract another event (no replacement) or replace it. */
export interface CorrectionType extends Described {
  readonly kind: 'correction';
  /** True if the event carries a `replacement`. */
  readonly replaces: boolean;
}

export type EventType = ChangeType | CorrectionType;

interface Declared<S extends z.ZodObject> extends Described {
  readonly schema: S;
  readonly findings?: (before: Stock | null, fields: z.output<S>) => Findings;
}

/** How the events of a type change the stock: by an effect, or by a reducer if an effect can't express it. */
type Change<S extends z.ZodObject> =
  | { readonly effect: (fields: z.output<S>) => Effect }
  | { readonly reduce: (before: Stock | null, fields: z.output<S>) => Stock };

function registerEffect({ quantity, ...attributes }: Effect): RegisterEffect {
  const changes: Record<string, { readonly set: unknown } | { readonly default: unknown }> = {};
  for (const name of attributeNames) {
    const [value, fallback] = [attributes.set?.[name], attributes.default?.[name]];
    if (value !== undefined) changes[name] = { set: value };
    else if (fallback !== undefined && fallback !== null) changes[name] = { default: fallback };
  }
  return { amount: amountOf(quantity ?? { initial: '0' }), attributes: changes };
}

function amountOf(quantity: NonNullable<Effect['quantity']>): NonNullable<RegisterEffect['amount']> {
  if ('add' in quantity) return { add: millionths(quantity.add) };
  if ('set' in quantity) return { set: millionths(quantity.set) };
  return { initial: millionths(quantity.initial) };
}

/**
 * Declares a type whose events change the stock. The functions receive the fields as the schema outputs them.
 */
export function changeType<const S extends z.ZodObject>(type: Declared<S> & Change<S>): ChangeType {
  // Contents come from the schema, or from the log, which stores the schema's output.
  const { findings, ...rest } = type as unknown as Described & Pick<ChangeType, 'findings'>;
  const change = type as unknown as
    | { effect: (content: ChangeContent) => Effect }
    | { reduce: (before: Stock | null, content: ChangeContent) => Stock };
  const effect = (content: ChangeContent) =>
    'effect' in change ? registerEffect(change.effect(content)) : undefined;
  return {
    ...rest,
    kind: 'change',
    effect,
    evolve: (productId, before, content) => {
      if ('reduce' in change) return stateOf(productId, registersOf(change.reduce(before, content)));
      const run = runOf(registerEffect(change.effect(content)), '');
      return stateOf(productId, applyEffect(run, before && registersOf(before)));
    },
    ...(findings && { findings }),
  };
}

export function correctionType(type: Omit<CorrectionType, 'kind'>): CorrectionType {
  return { ...type, kind: 'correction' };
}

/** The quantity with the opposite sign. */
export const minus = (quantity: string): string => decimalOf(-millionths(quantity));
