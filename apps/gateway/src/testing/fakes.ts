import type {
  ActResult,
  AppendResult,
  Trace,
  WorkflowRequest,
  ProductLogReader,
  StateAnswer,
} from '@hindsight/workflow';
import { ClosingRegister, createMemoryStore } from '@hindsight/event-log';
import type { ViewsReader } from '@hindsight/views';
import type { Logger } from 'pino';
import { createApp, type Dependencies } from '../app';
import type { Appender, AppendOutcome } from '../appender';
import { createLogger } from '../logging/logger';

/** The current time in tests. */
export const NOW = '2026-11-23T12:00:00.000Z';

export const state = {
  productId: '100',
  quantity: '150',
  name: null,
  unit: null,
  unitPrice: { amount: '4', currency: 'USD' },
  color: 'blk',
  size: '4.3 lbs',
  reorderPoint: null,
  status: 'available',
} as const;

export const reference = {
  eventId: 'e3',
  eventType: 'productReceived',
  version: 3,
  effectiveAt: '2026-11-20T08:00:00.000Z',
  recordedAt: '2026-11-20T09:00:00.000Z',
  recordedBy: 'anonymous',
} as const;

export const recorded = {
  ...reference,
  eventCategory: 'inventory',
  productId: '100',
  schemaVersion: 1,
  quantity: '150',
} as const;

export const stateAnswer: StateAnswer = {
  found: true,
  productId: '100',
  asOf: NOW,
  knownAt: null,
  version: 3,
  state,
  lastEvent: reference,
};

export const result: AppendResult & { readonly attempts: number } = {
  productId: '100',
  version: 3,
  events: [recorded],
  state,
  deduplicated: false,
  dryRun: false,
  attempts: 1,
};

export const adjustment = {
  effectiveFrom: '2026-11-20T08:00:00.000Z',
  eventsAffected: 2,
  before: state,
  after: { ...state, quantity: '-10', status: 'outOfStock' as const },
  changes: [
    { from: '2026-11-20T08:00:00.000Z', to: null, field: 'quantity' as const, before: '150', after: '-10' },
  ],
  changesTotal: 1,
  conflicts: [
    {
      ...{ rule: 'insufficient-stock', deficit: '10', eventId: 'e7', version: 7 },
      ...{ effectiveAt: '2026-11-21T08:00:00.000Z', first: true as const, deepest: true as const },
    },
  ],
  conflictsTotal: 1,
};

/** A row of the catalogue. */
export const row = {
  ...{ productId: '100', version: 3, state, firstEffectiveAt: reference.effectiveAt },
  lastEffectiveAt: reference.effectiveAt,
  changedAt: reference.recordedAt,
  lateEvents: false,
  nextEffectiveAt: null,
} as const;

/** Fake views: they return what a test specifies. */
export const fakeViews = (answers: Partial<ViewsReader> = {}): ViewsReader => ({
  products: () => Promise.resolve({ products: [row] }),
  shows: () => Promise.resolve(true),
  settled: () => Promise.resolve({ through: NOW }),
  isSettled: () => Promise.resolve(true),
  async *stock() {
    yield await Promise.resolve({
      rows: [{ productId: '100', version: 3, state, lastEffectiveAt: reference.effectiveAt }],
      last: '100',
    });
  },
  async *mayDiffer() {
    yield await Promise.resolve('100');
  },
  hasAfter: () => Promise.resolve(false),
  setAside: () => Promise.resolve([]),
  events: () =>
    Promise.resolve({
      entries: [{ position: '1.1', event: recorded, state }],
      next: '2.0',
      hasMore: false,
    }),
  feedEnd: () => Promise.resolve('2.0'),
  feedHead: () => Promise.resolve(1),
  ...answers,
});

/** A register of closings that is empty. */
export const memoryClosings = (): ClosingRegister =>
  new ClosingRegister(createMemoryStore(), () => new Date(NOW));

export type Call = readonly [method: string, ...args: unknown[]];

/** A fake event log: returns what a test specifies, and records the calls. */
export function fakeLog(
  answers: Partial<ProductLogReader> = {},
): ProductLogReader & { readonly calls: Call[] } {
  const calls: Call[] = [];
  const defaults: ProductLogReader = {
    headVersion: () => Promise.resolve(3),
    stateAt: () => Promise.resolve(stateAnswer),
    readRecorded: () => Promise.resolve({ events: [recorded] }),
    readEffective: () => Promise.resolve({ events: [recorded] }),
    timeline: () =>
      Promise.resolve({
        entries: [{ effectiveAt: reference.effectiveAt, event: reference, state, changed: ['quantity'] }],
      }),
    ledger: () => Promise.resolve({ entries: [{ event: recorded, before: null, after: state }] }),
    grid: () => Promise.resolve({ rows: [[state]], requests: 1 }),
    versionAt: (_, knownAt) => Promise.resolve(knownAt < '2000' ? 0 : 1),
    async *follow() {
      yield await Promise.resolve({ event: recorded });
    },
    ping: () => Promise.resolve(),
  };
  const noted = Object.entries({ ...defaults, ...answers }).map(([name, method]) => [
    name,
    (...args: never[]) => {
      calls.push([name, ...args]);
      return (method as (...args: never[]) => unknown)(...args);
    },
  ]);
  return { ...(Object.fromEntries(noted) as ProductLogReader), calls };
}

/** A fake workflow. Records the requests separately from what their log lines share. */
export function fakeAppender(
  append: (request: WorkflowRequest) => Promise<AppendOutcome> = () => succeeded(),
  ping: () => Promise<void> = () => Promise.resolve(),
): Appender & { readonly requests: WorkflowRequest[]; readonly traces: (Trace | undefined)[] } {
  const requests: WorkflowRequest[] = [];
  const traces: (Trace | undefined)[] = [];
  return {
    requests,
    traces,
    ping,
    append: (request) => {
      const { trace, ...rest } = request;
      requests.push(rest);
      traces.push(trace);
      return append(request);
    },
  };
}

export const succeeded = (change: Partial<typeof result> = {}): Promise<AppendOutcome> =>
  Promise.resolve({ ok: true, execution: 'execution-1', result: { ...result, ...change } });

/** An act of one product. */
export const acted = (change: Partial<ActResult> = {}): Promise<AppendOutcome> => {
  const { deduplicated, dryRun, attempts } = result;
  const act = { results: [result], deduplicated, dryRun, attempts, ...change };
  return Promise.resolve({ ok: true, execution: 'execution-1', result: act });
};

export const failed = (error: string, cause: unknown): Promise<AppendOutcome> =>
  Promise.resolve({
    ok: false,
    execution: 'execution-1',
    failure: { error, cause: typeof cause === 'string' ? cause : JSON.stringify(cause) },
  });

/** A logger whose lines a test can read. */
export function listeningLogger(): { logger: Logger; lines: string[] } {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  return { lines, logger: createLogger({ level: 'trace', innerNames: ['stock-table'] }, { write }) };
}

/** The application over the fakes. */
export function gatewayWith({
  log = fakeLog(),
  views = fakeViews(),
  appender = fakeAppender(),
  closings = memoryClosings(),
  ...rest
}: Partial<Dependencies> = {}) {
  const { logger, lines } = listeningLogger();
  const app = createApp({ log, views, closings, appender, logger, clock: () => new Date(NOW), ...rest });
  return { app, lines };
}

/** A log whose reads fail. */
export const failingLog = (error: Error) => {
  const fail = () => Promise.reject(error);
  return fakeLog({
    stateAt: fail,
    readRecorded: fail,
    readEffective: fail,
    timeline: fail,
    versionAt: fail,
    ping: fail,
    async *follow() {
      yield await Promise.reject(error);
    },
  });
};
