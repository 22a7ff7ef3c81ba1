/**
 * What a product is at one moment. This file names every field of the state once: what is compared, stored,
 * documented and shown follows from the tables below, and a field that some part forgets does not compile.
 */
import type { BrokenRule, Judged, Registers } from '@hindsight/bitemporal';
import { inKeyOrder, decimalOf, millionths } from '@hindsight/bitemporal';
import * as z from 'zod';
import { decimalText, quantity } from './decimal';
import { printable } from './fields';
import { money, moneyValue } from './money';

/** One attribute of a product. */
interface Attribute {
  /** What clients may send. */
  readonly input: z.ZodType;
  /** What states and answers hold; null: not set. */
  readonly output: z.ZodType;
  readonly title: string;
}

/** The attributes of a product, in the order in which answers show them. */
export const attributes = {
  name: { input: printable(200), output: z.string(), title: 'name' },
  unit: { input: printable(16), output: z.string(), title: 'unit' },
  unitPrice: { input: money, output: moneyValue, title: 'unit price' },
  color: { input: printable(128), output: z.string(), title: 'color' },
  size: { input: printable(128), output: z.string(), title: 'size' },
  reorderPoint: { input: quantity, output: decimalText, title: 'reorder point' },
} as const satisfies Readonly<Record<string, Attribute>>;

type AttributeName = keyof typeof attributes;

export const attributeNames = Object.keys(attributes) as AttributeName[];

/** The attributes as an event may carry them; each is optional. */
export const attributeInputs = Object.fromEntries(
  attributeNames.map((name) => [name, attributes[name].input.optional()]),
) as { readonly [Name in AttributeName]: z.ZodOptional<(typeof attributes)[Name]['input']> };

/** The same, where null clears an attribute. */
export const attributeChanges = Object.fromEntries(
  attributeNames.map((name) => [name, attributes[name].input.nullable().optional()]),
) as {
  readonly [Name in AttributeName]: z.ZodOptional<z.ZodNullable<(typeof attributes)[Name]['input']>>;
};

/** The attributes that an event carries. */
export type AttributeValues = {
  readonly [Name in AttributeName]?: z.output<(typeof attributes)[Name]['output']> | null | undefined;
};

type Attributes = {
  readonly [Name in AttributeName]: z.output<(typeof attributes)[Name]['output']> | null;
};

const statuses = ['available', 'low', 'outOfStock'] as const;

/** The part of a state that event types decide; the status follows from it. */
export interface Stock extends Attributes {
  /** A canonical decimal, in the product's unit. */
  readonly quantity: string;
}

export interface ProductState extends Stock, Judged {
  readonly productId: string;
  readonly status: (typeof statuses)[number];
  /** Present only while a shortage lasts that was accepted under `flag`. */
  readonly conflicts?: readonly BrokenRule[];
}

/** The name of a field of the state. */
export type FieldName = Exclude<keyof ProductState, 'productId' | 'conflicts'>;

interface FieldDescription {
  readonly schema: z.ZodType;
  /** For people. */
  readonly title: string;
}

/** Every field that can differ between two states of one product, as answers show it, in their order. */
export const stateFields: Readonly<Record<FieldName, FieldDescription>> = {
  quantity: { schema: decimalText, title: 'quantity' },
  ...(Object.fromEntries(
    attributeNames.map((name) => [
      name,
      { schema: attributes[name].output.nullable(), title: attributes[name].title },
    ]),
  ) as unknown as Readonly<Record<AttributeName, FieldDescription>>),
  status: { schema: z.enum(statuses), title: 'status' },
};

export const fieldNames = Object.keys(stateFields) as [FieldName, ...FieldName[]];

/** `low` at or below the reorder point. */
function statusOf(quantity: bigint, reorderPoint: string | null): ProductState['status'] {
  if (quantity <= 0n) return 'outOfStock';
  return reorderPoint !== null && quantity <= millionths(reorderPoint) ? 'low' : 'available';
}

/** Whether the status is the same for each amount from `low` to `high`. */
export function isSteady(attributes: Registers['attributes'], low: bigint, high: bigint): boolean {
  const { reorderPoint } = attributesOf(attributes);
  return statusOf(low, reorderPoint) === statusOf(high, reorderPoint);
}

const attributesOf = (values: Readonly<Record<string, unknown>>): Attributes =>
  Object.fromEntries(attributeNames.map((name) => [name, values[name] ?? null])) as Attributes;

/** What effects act on. */
export const registersOf = (stock: Stock): Registers => ({
  amount: millionths(stock.quantity),
  attributes: attributesOf({ ...stock }),
});

export function stateOf(productId: string, { amount, attributes: values }: Registers): ProductState {
  const set = attributesOf(values);
  return { productId, quantity: decimalOf(amount), ...set, status: statusOf(amount, set.reorderPoint) };
}

const loadRule = ({ rule, deficit, eventId, version, effectiveAt }: BrokenRule): BrokenRule => {
  return { rule, deficit, eventId, version, effectiveAt };
};

/** Maps come back from a table with their keys in any order. The keys of an answer have one. */
export function loadState(productId: string, stored: Readonly<Record<string, unknown>>): ProductState {
  const { conflicts } = stored as { readonly conflicts?: readonly BrokenRule[] };
  const values = Object.fromEntries(
    fieldNames.map((name) => [name, inKeyOrder(stored[name] ?? null)]),
  ) as unknown as Omit<ProductState, 'productId' | 'conflicts'>;
  return { productId, ...values, ...(conflicts && { conflicts: conflicts.map(loadRule) }) };
}
