import { inKeyOrder, type Domain, type RemedySearch } from '@hindsight/bitemporal';
import type { ChangeType, EventType } from './event-type';
import { asSent, completed } from './currency';
import { INSUFFICIENT_STOCK, invariants } from './invariants';
import { USD } from './money';
import { noticesOf } from './notices';
import { ShipmentRemedies, type Remedies } from './remedies';
import { fieldNames, isSteady, loadState, registersOf, stateOf, type ProductState } from './state';
import type { ChangeContent, EventContext, ProductEvent } from './types';

/** The inventory as a log knows it: the event types of one deployment, and what their events do to products. */
export interface Registry extends Domain<ProductState, ChangeContent> {
  readonly types: readonly EventType[];
  get(name: string): EventType | undefined;
  /** The type of an event in the log. @throws CodeTooOldError if newer code wrote the log */
  change(name: string): ChangeType;
}

/** The log has events that only newer code can read, for example after the code was rolled back. */
export class CodeTooOldError extends Error {
  override readonly name = 'CodeTooOld';
}

/**
 * A revision is the fingerprint of what all types share, and one of each type, separated by dots. States of another
 * revision are trusted only if today's code has all of its parts: a type that was added since then has no events in
 * those states.
 */
function trusts(revision: string, stored: string): boolean {
  const [core, ...types] = revision.split('.');
  const [storedCore, ...storedTypes] = stored.split('.');
  return storedCore === core && storedTypes.every((type) => types.includes(type));
}

/** Content as today's reducers read it, whatever schema version it was written in. */
function upcast(type: EventType | undefined, content: ChangeContent): ChangeContent {
  if (type === undefined || content.schemaVersion === type.schemaVersion) return content;
  let current = content;
  while (current.schemaVersion < type.schemaVersion) {
    const step = type.upcast?.[current.schemaVersion];
    if (step === undefined)
      throw new Error(`no way from ${type.name} schema version ${current.schemaVersion} to the next`);
    current = { ...step(current), schemaVersion: current.schemaVersion + 1 };
  }
  return current;
}

/** Only for an event that lowers the quantity by an amount that its effect declares. */
function remediesFor(
  event: ChangeContent,
  change: (name: string) => ChangeType,
): RemedySearch<ProductState, ChangeContent, Remedies> | undefined {
  const amountOf = (content: ChangeContent) => change(content.eventType).effect(content)?.amount;
  const amount = amountOf(event);
  if (amount === undefined || !('add' in amount) || amount.add >= 0n) return undefined;
  return new ShipmentRemedies(-amount.add, amountOf);
}

const codec: Registry['codec'] = {
  storeEvent: ({ productId, eventCategory, ...content }) => content,
  loadEvent: (productId, stored) => {
    const { eventId, ...rest } = stored as unknown as ProductEvent;
    const { eventType, ...content } = inKeyOrder(rest) as unknown as ChangeContent & EventContext;
    return { eventId, eventType, eventCategory: 'inventory' as const, productId, ...content };
  },
  // What is not set is left out.
  storeState: ({ productId, ...state }) =>
    Object.fromEntries(Object.entries(state).filter(([, value]) => value !== null)),
  loadState,
};

/**
 * @param types each name once
 * @param revision names the code that folds (see `trusts`)
 * @throws Error if two types share a name
 */
export function createRegistry(types: readonly EventType[], revision: string): Registry {
  const byName = new Map(types.map((type) => [type.name, type]));
  if (byName.size !== types.length) throw new Error('two event types share a name');
  const change = (name: string): ChangeType => {
    const type = byName.get(name);
    if (type?.kind === 'change') return type;
    throw new CodeTooOldError(`the log has an event of type ${name}, which this code is too old to read`);
  };
  return {
    types,
    get: (name) => byName.get(name),
    change,
    revision,
    trusts: (stored) => trusts(revision, stored),
    correction: (event) => {
      if (byName.get(event.eventType)?.kind !== 'correction') return undefined;
      const { targetEventId, replacement, reason } = event as EventContext & {
        readonly targetEventId?: string;
        readonly replacement?: ChangeContent;
      };
      return {
        targetEventId: targetEventId ?? '',
        ...(replacement && { replacement }),
        ...(reason !== undefined && { reason }),
      };
    },
    complete: (events, latest) => completed((name) => byName.get(name), events, latest, USD),
    asSent,
    upcast: (content) => upcast(byName.get(content.eventType), content),
    evolve: (productId, before, content) => change(content.eventType).evolve(productId, before, content),
    findings: (before, content) => change(content.eventType).findings?.(before, content),
    notices: (before, after, effective) =>
      noticesOf({ type: change(effective.content.eventType), before, after, effective }),
    invariants,
    remedies: (event, rule) => (rule === INSUFFICIENT_STOCK ? remediesFor(event, change) : undefined),
    fields: fieldNames,
    codec,
    registered: {
      effect: (content) => change(content.eventType).effect(content),
      registersOf,
      stateOf,
      amount: 'quantity',
      shapedBy: ['reorderPoint'],
      isSteady,
    },
  };
}

/** The same inventory, where amounts without a currency have this one if their product has none. */
export const withDefaultCurrency = (registry: Registry, currency: string): Registry => ({
  ...registry,
  complete: (events, latest) => completed((name) => registry.get(name), events, latest, currency),
});
