import type { BrokenRule, Content, Domain } from '@hindsight/bitemporal';

/** A bank account, in whole cents. */
export interface Account {
  readonly balance: number;
  readonly conflicts?: readonly BrokenRule[];
}

interface Movement extends Content {
  readonly eventType: 'deposited' | 'withdrawn';
  readonly cents: number;
}

/** A movement counts as another one, or, without a replacement, not at all. */
interface Corrected extends Content {
  readonly eventType: 'corrected';
  readonly targetEventId: string;
  readonly replacement?: Movement;
}

export type AccountEvent = Movement | Corrected;

const signed = (event: AccountEvent): number =>
  event.eventType === 'corrected' ? 0 : event.eventType === 'deposited' ? event.cents : -event.cents;

export const accounts: Domain<Account, AccountEvent> = {
  revision: 'accounts 1',
  trusts: (revision) => revision === 'accounts 1',
  correction: (event) => (event.eventType === 'corrected' ? event : undefined),
  complete: (events) => events,
  asSent: (event) => event,
  upcast: (event) => event,
  evolve: (_, before, event) => ({ balance: (before?.balance ?? 0) + signed(event) }),
  findings: () => undefined,
  notices: () => [],
  invariants: [
    {
      name: 'overdrawn',
      breach: ({ balance }) => (balance < 0 ? String(-balance) : undefined),
      worse: (a, b) => Number(a) > Number(b),
      describe: (cents, at) => `the account would be overdrawn by ${cents} cents at ${at}`,
      floor: 0n,
    },
  ],
  remedies: () => undefined,
  fields: ['balance'],
  codec: {
    storeEvent: (event) => ({ ...event }),
    loadEvent: (_, stored) => stored as unknown as AccountEvent,
    storeState: (state) => ({ ...state }),
    loadState: (_, stored) => stored as unknown as Account,
  },
  // What summaries of runs of events need.
  registered: {
    effect: (event) => ({ amount: { add: BigInt(signed(event)) } }),
    registersOf: ({ balance }) => ({ amount: BigInt(balance), attributes: {} }),
    stateOf: (_, { amount }) => ({ balance: Number(amount) }),
    amount: 'balance',
    shapedBy: [],
    isSteady: () => true,
  },
};
