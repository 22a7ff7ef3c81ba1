import {
  registry as allTypes,
  withDefaultCurrency,
  type ChangeContent,
  type ProductEvent,
  type ProductState,
  type RecordedEvent,
  type Registry,
} from '@hindsight/domain';
import {
  createEventLog,
  type ActCommand as LogAct,
  type ActPlan as LogActPlan,
  type ActResult as LogActResult,
  type AppendCommand as LogCommand,
  type AppendResult as LogResult,
  type Corrected as LogCorrected,
  type Earlier,
  type EventLog,
  type EventLogOptions,
  type EventPage as LogPage,
  type Followed as LogFollowed,
  type FollowOptions,
  type Grid,
  type GridOptions,
  type LedgerEntry as LogLedgerEntry,
  type LedgerOptions,
  type LedgerPage as LogLedgerPage,
  type Logged,
  type Moment,
  type Overview as LogOverview,
  type Plan as PlanOf,
  type ReadOptions,
  type ReferencedEvent as LogReference,
  type Refusal as LogRefusal,
  type RepairReport,
  type StateAnswer as Answer,
  type TimelineEntry as LogEntry,
} from '@hindsight/event-log';

/**
 * The log of the inventory: the event log of any domain, in the words of this one. A stream is a product. This is the
 * one place where `streamId` becomes `productId`, and where the fields that a product implies are added to its events.
 */

/** A type of the log, for a product instead of a stream. */
type OfProduct<T> = Omit<T, 'streamId'> & { readonly productId: string };

/** One atomic append: 1 to 25 validated events of one product. */
export interface AppendCommand extends OfProduct<Omit<LogCommand<ChangeContent>, 'events'>> {
  readonly events: readonly ProductEvent[];
}

/** The events of one product in an act. */
export type ActPart = Pick<AppendCommand, 'productId' | 'events' | 'indexes' | 'keyed'>;

/** Events of several products in one atomic append, recorded at one moment: 1 to 25 events of 1 to 10 products. */
export interface ActCommand extends Omit<LogAct<ChangeContent>, 'parts'> {
  readonly parts: readonly ActPart[];
}

/** An event as an append answers it; `variance` is what a count found (counted minus expected). */
export type AppendedEvent = RecordedEvent & { readonly variance?: string };

export interface AppendResult extends OfProduct<Omit<LogResult<ProductState, ChangeContent>, 'events'>> {
  /** Every event of the command, in its order, as the log keeps it. */
  readonly events: readonly AppendedEvent[];
}

/** What an act answers: the result of each product, in the order in which the request names them first. */
export interface ActResult extends Omit<LogActResult<ProductState, ChangeContent>, 'results'> {
  readonly results: readonly AppendResult[];
}

/** `productId` names the product that an act was refused for. */
export type Refusal = LogRefusal<ProductState> & { readonly productId?: string };

/** What is to be done about an append, decided on the log as it was read. */
export type Plan =
  | (Omit<Extract<PlanOf<ProductState, ChangeContent>, { outcome: 'store' }>, 'result'> & {
      readonly result: AppendResult;
    })
  | { readonly outcome: 'done'; readonly result: AppendResult }
  | { readonly outcome: 'refused'; readonly refusal: Refusal };

type LogAnswer = Answer<ProductState, ChangeContent>;

/** Only of an event that was corrected. */
interface Corrected extends Omit<LogCorrected<ChangeContent>, 'original'> {
  readonly original?: RecordedEvent;
}

/** Names an event in an answer; one that was corrected says by what, and what it was before. */
export type ReferencedEvent = Omit<LogReference<ChangeContent>, 'original'> & Corrected;

/** An event as it counts. */
export type EffectiveEvent = RecordedEvent & Corrected;

type Found = OfProduct<Extract<LogAnswer, { found: true }>>;
/** `repair`: the products whose stored states are invalidated, or become so. */
export type ActPlan =
  | (Omit<Extract<LogActPlan<ProductState, ChangeContent>, { outcome: 'store' }>, 'result'> & {
      readonly result: ActResult;
    })
  | { readonly outcome: 'done'; readonly result: ActResult }
  | { readonly outcome: 'refused'; readonly refusal: Refusal };

export type StateAnswer =
  | (Omit<Found, 'lastEvent'> & { readonly lastEvent: ReferencedEvent })
  | { readonly found: false; readonly why: 'product-not-found' }
  | Extract<LogAnswer, { why: 'version-not-found' | 'no-state-at-time' }>;

export interface EventPage extends Omit<LogPage<ChangeContent>, 'events'> {
  readonly events: readonly EffectiveEvent[];
}

/** One step of a product's life by effective time, and what it changed. */
export interface TimelineEntry extends Omit<LogEntry<ProductState, ChangeContent>, 'event'> {
  readonly event: ReferencedEvent;
  readonly variance?: string;
}

export interface TimelinePage {
  readonly entries: readonly TimelineEntry[];
  readonly next?: string;
}

/** An event that counts, and the states around it. */
export interface LedgerEntry extends Omit<LogLedgerEntry<ProductState, ChangeContent>, 'event'> {
  readonly event: EffectiveEvent;
}

export interface LedgerPage extends Omit<LogLedgerPage<ProductState, ChangeContent>, 'entries'> {
  readonly entries: readonly LedgerEntry[];
}

/** An event as it was recorded, and what it changed in the past. */
export interface Followed extends Omit<LogFollowed<ProductState, ChangeContent>, 'event'> {
  readonly event: RecordedEvent;
}

/** What one product is now, and when its events take effect. */
export type Overview = OfProduct<LogOverview<ProductState>>;

type Filtered = ReadOptions & { readonly types?: readonly string[] };
type Known = Pick<Moment, 'knownAt' | 'version'>;

/** The log for those who only read it. */
export interface ProductLogReader {
  /** The newest version, 0 for an unknown product. One request. */
  headVersion(productId: string): Promise<number>;
  stateAt(productId: string, moment?: Moment): Promise<StateAnswer>;
  /** In the order of recording: the log as it was written, corrections and all. `from`/`to` bound recordedAt. */
  readRecorded(productId: string, options: Filtered): Promise<EventPage | undefined>;
  /** In effective order: the events that count, after corrections. `from`/`to` bound effectiveAt. */
  readEffective(productId: string, options: Filtered & Known): Promise<EventPage | undefined>;
  timeline(productId: string, options: ReadOptions & Known): Promise<TimelinePage | undefined>;
  /** The last events that led to the state at a time, as known, with the states around them; oldest first. */
  ledger(productId: string, options: LedgerOptions & Known): Promise<LedgerPage | undefined>;
  /** The states at every pair of an effective and a recorded time; undefined: no such product. */
  grid(productId: string, options: GridOptions): Promise<Grid<ProductState> | undefined>;
  /** The newest version that was known at a time; 0: none was. */
  versionAt(productId: string, knownAt: string): Promise<number>;
  /** The events after a version, in the order of recording, to the end of the log as it is. */
  follow(productId: string, options: FollowOptions): AsyncIterable<Followed>;
  /** Throws if the storage does not answer or does not exist. */
  ping(): Promise<void>;
}

export interface ProductLog extends ProductLogReader {
  /**
   * What an append would do, and the items that it would store. For the workflow, which stores them itself.
   * @param attempt 0 for the first; raised after each lost race
   * @param now what the events are stamped with; absent: the time of this log's clock
   */
  plan(command: AppendCommand, attempt?: number, now?: Date): Promise<Plan>;
  /** Plans and stores, again after a lost race. @throws AppendRefusedError, ContentionError, QueueFullError */
  append(command: AppendCommand): Promise<AppendResult>;
  /** As `plan`, for events of several products. */
  planAct(act: ActCommand, attempt?: number, now?: Date): Promise<ActPlan>;
  /** As `append`, for events of several products. */
  appendAct(act: ActCommand): Promise<ActResult>;
  /** What a list of products shows of one; undefined if it has no events. @param earlier spares reads */
  overview(productId: string, earlier?: Earlier): Promise<Overview | undefined>;
  /** Brings the summaries up to date; call until `done`. @param budget events to read at most */
  repair(productId: string, budget?: number): Promise<RepairReport>;
}

type Log = EventLog<ProductState, ChangeContent>;

/** An event with what its product implies, its fields in the order in which answers show them. */
function eventOf(productId: string, recorded: Logged<ChangeContent>): RecordedEvent {
  const { eventId, eventType, version, effectiveAt, recordedAt, recordedBy, ...content } = recorded;
  const { eventCategory, productId: _, variance, carriedFrom, ...rest } = content;
  const names = { eventId, eventType, eventCategory: 'inventory' as const, productId, version };
  const found = {
    ...(carriedFrom !== undefined && { carriedFrom }),
    ...(variance !== undefined && { variance }),
  };
  return { ...names, ...rest, effectiveAt, recordedAt, recordedBy, ...found };
}

/** The original of a corrected event, as its product has it. */
function withOriginal<T extends { readonly original?: Logged<ChangeContent> }>(productId: string, event: T) {
  const { original, ...rest } = event;
  return { ...rest, ...(original && { original: eventOf(productId, original) }) };
}

/** An event of a list in effective order; one that was corrected says by what, and what it was before. */
function effectiveEventOf(
  productId: string,
  { correctedBy, original, ...event }: Logged<ChangeContent> & LogCorrected<ChangeContent>,
): EffectiveEvent {
  return {
    ...eventOf(productId, event),
    ...(correctedBy && { correctedBy }),
    ...(original && { original: eventOf(productId, original) }),
  };
}

const commandOf = <T extends ActPart>({ productId, ...command }: T) => ({
  streamId: productId,
  ...command,
});

function resultOf({ streamId, events, ...result }: Awaited<ReturnType<Log['append']>>): AppendResult {
  const { version, ...rest } = result;
  return { productId: streamId, version, events: events.map((event) => eventOf(streamId, event)), ...rest };
}

function planOf(plan: Awaited<ReturnType<Log['plan']>>): Plan {
  return plan.outcome === 'refused' ? plan : { ...plan, result: resultOf(plan.result) };
}

const actOf = ({ parts, ...act }: ActCommand) => ({ ...act, parts: parts.map(commandOf) });

const actResultOf = ({ results, ...result }: Awaited<ReturnType<Log['appendAct']>>): ActResult => ({
  results: results.map(resultOf),
  ...result,
});

function actPlanOf(plan: Awaited<ReturnType<Log['planAct']>>): ActPlan {
  if (plan.outcome !== 'refused') return { ...plan, result: actResultOf(plan.result) };
  const { streamId, ...refusal } = plan.refusal;
  return { ...plan, refusal: { ...refusal, ...(streamId !== undefined && { productId: streamId }) } };
}

function answerOf(answer: Awaited<ReturnType<Log['stateAt']>>): StateAnswer {
  if (!answer.found)
    return answer.why === 'stream-not-found' ? { ...answer, why: 'product-not-found' } : answer;
  const { found, streamId, lastEvent, ...rest } = answer;
  return { found, productId: streamId, ...rest, lastEvent: withOriginal(streamId, lastEvent) };
}

function overviewOf(found: Awaited<ReturnType<Log['overview']>>): Overview | undefined {
  if (found === undefined) return undefined;
  const { streamId, ...rest } = found;
  return { productId: streamId, ...rest };
}

async function pageOf(
  productId: string,
  page: ReturnType<Log['readRecorded']>,
): Promise<EventPage | undefined> {
  const found = await page;
  return found && { ...found, events: found.events.map((event) => effectiveEventOf(productId, event)) };
}

async function timelineOf(
  productId: string,
  page: ReturnType<Log['timeline']>,
): Promise<TimelinePage | undefined> {
  const found = await page;
  if (found === undefined) return undefined;
  const entries = found.entries.map(({ effectiveAt, event, ...entry }) => ({
    effectiveAt,
    event: withOriginal(productId, event),
    ...entry,
  }));
  return { ...found, entries };
}

async function ledgerOf(productId: string, page: ReturnType<Log['ledger']>): Promise<LedgerPage | undefined> {
  const found = await page;
  if (found === undefined) return undefined;
  const entries = found.entries.map(({ event, ...states }) => ({
    event: effectiveEventOf(productId, event),
    ...states,
  }));
  return { ...found, entries };
}

async function* followedOf(
  productId: string,
  following: ReturnType<Log['follow']>,
): AsyncGenerator<Followed> {
  for await (const { event, ...rest } of following) yield { event: eventOf(productId, event), ...rest };
}

export type ProductLogOptions = Omit<EventLogOptions<ProductState, ChangeContent>, 'domain'> & {
  readonly registry?: Registry;
  /** Of amounts without a currency, if their product has none. Default: USD. */
  readonly defaultCurrency?: string;
};

export function createProductLog({
  registry = allTypes,
  defaultCurrency,
  ...options
}: ProductLogOptions): ProductLog {
  const domain = defaultCurrency === undefined ? registry : withDefaultCurrency(registry, defaultCurrency);
  const log: Log = createEventLog({ ...options, domain });
  return {
    headVersion: (productId) => log.headVersion(productId),
    stateAt: async (productId, moment) => answerOf(await log.stateAt(productId, moment)),
    readRecorded: (productId, read) => pageOf(productId, log.readRecorded(productId, read)),
    readEffective: (productId, read) => pageOf(productId, log.readEffective(productId, read)),
    timeline: (productId, read) => timelineOf(productId, log.timeline(productId, read)),
    ledger: (productId, read) => ledgerOf(productId, log.ledger(productId, read)),
    grid: (productId, options) => log.grid(productId, options),
    versionAt: (productId, knownAt) => log.versionAt(productId, knownAt),
    follow: (productId, follow) => followedOf(productId, log.follow(productId, follow)),
    ping: () => log.ping(),
    plan: async (command, attempt, now) => planOf(await log.plan(commandOf(command), attempt, now)),
    append: async (command) => resultOf(await log.append(commandOf(command))),
    planAct: async (act, attempt, now) => actPlanOf(await log.planAct(actOf(act), attempt, now)),
    appendAct: async (act) => actResultOf(await log.appendAct(actOf(act))),
    overview: async (productId, earlier) => overviewOf(await log.overview(productId, earlier)),
    repair: (productId, budget) => log.repair(productId, budget),
  };
}
