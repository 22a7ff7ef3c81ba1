import type { Content, Domain, Judged } from '../domain';
import type { Effect, Registers } from '../effects';
import { decimalOf, millionths } from '../exact';

export interface Thing extends Judged {
  readonly amount: string;
  readonly color: unknown;
  readonly limit: unknown;
  readonly status: string;
}

export interface Happened extends Content {
  readonly effect: Effect;
}

export const registered: NonNullable<Domain<Thing, Happened>['registered']> = {
  effect: ({ effect }) => effect,
  registersOf: ({ amount, color, limit }) => ({ amount: millionths(amount), attributes: { color, limit } }),
  stateOf: (_, { amount, attributes }) => {
    const { color = null, limit = null } = attributes;
    return { amount: decimalOf(amount), color, limit, status: status(amount, limit) };
  },
  amount: 'amount',
  shapedBy: ['limit'],
  isSteady: ({ limit = null }, low, high) => status(low, limit) === status(high, limit),
};

function status(amount: bigint, limit: unknown): string {
  return amount <= 0n ? 'none' : limit !== null && amount <= BigInt(Number(limit)) ? 'low' : 'enough';
}

/** A domain whose events declare what they do, for tests. */
export const domain: Domain<Thing, Happened> = {
  revision: '1',
  registered,
  trusts: () => true,
  correction: () => undefined,
  complete: (events) => events,
  asSent: (event) => event,
  upcast: (event) => event,
  evolve: (streamId, before, { effect }) => evolve(streamId, before, effect),
  findings: (before, { effect: { amount = { add: 0n } } }) =>
    'set' in amount
      ? { variance: decimalOf(amount.set - (before ? millionths(before.amount) : 0n)) }
      : undefined,
  notices: () => [],
  invariants: [
    {
      name: 'enough',
      floor: 0n,
      breach: ({ amount }) => (amount.startsWith('-') ? amount.slice(1) : undefined),
      worse: (a, b) => millionths(a) > millionths(b),
      describe: (breach) => breach,
    },
  ],
  remedies: () => undefined,
  fields: ['amount', 'color', 'limit', 'status'],
  codec: {
    storeEvent: (event) => ({ ...event }),
    loadEvent: (_, stored) => stored as unknown as Happened,
    storeState: (state) => ({ ...state }),
    loadState: (_, stored) => stored as unknown as Thing,
  },
};

/** One event by the words of the definition. */
function evolve(
  streamId: string,
  before: Thing | null,
  { amount = { add: 0n }, attributes = {} }: Effect,
): Thing {
  const { amount: was, attributes: old }: Registers =
    before === null ? { amount: 0n, attributes: {} } : registered.registersOf(before);
  const next: Record<string, unknown> = { ...old };
  for (const [name, change] of Object.entries(attributes)) {
    if ('set' in change) next[name] = change.set;
    else next[name] ??= change.default;
  }
  const is =
    'add' in amount
      ? was + amount.add
      : 'set' in amount
        ? amount.set
        : before === null
          ? amount.initial
          : was;
  return registered.stateOf(streamId, { amount: is, attributes: next });
}
