import { Outlet, type Deliver, type Indexer, type OutletOptions } from '@hindsight/views';

/** What the function measures in one invocation; names of CloudWatch metrics. */
export interface Measured {
  /** The age of the oldest change in the batch, in milliseconds. */
  readonly ViewsLag?: number;
  readonly ProductsSetAside?: number;
  readonly EventsNotDelivered?: number;
}

interface StreamRecord {
  readonly dynamodb?: {
    readonly Keys?: Readonly<Record<string, { readonly S?: string } | undefined>>;
    readonly NewImage?: Readonly<Record<string, { readonly S?: string } | undefined>>;
    /** Seconds since 1970. */
    readonly ApproximateCreationDateTime?: number;
  };
}

/** A batch of the table's stream, or, from the schedule, a request for heartbeats. */
export type IndexInput = { readonly Records: readonly StreamRecord[] } | { readonly heartbeat: true };

/** Partition keys of heartbeats begin with a blank, which no product id does. */
const BEAT = ' beat#';

export const beatKey = (slot: number): string => `${BEAT}${String(slot).padStart(3, '0')}`;

export interface IndexingOptions {
  readonly indexer: Pick<Indexer, 'index' | 'refreshDue' | 'retry' | 'control'>;
  readonly outlet?: Pick<Outlet, 'deliver'> | undefined;
  /** Writes one item into the log's table for each way through its stream. */
  readonly sendBeats: (at: string) => Promise<void>;
  /** Makes the reports of closings whose time has come. */
  readonly advanceClosings: () => Promise<void>;
  readonly clock: () => Date;
  readonly measure: (measured: Measured) => void;
}

const textOf = ({ dynamodb }: StreamRecord, name: 'Keys' | 'NewImage', attribute: string): string =>
  dynamodb?.[name]?.[attribute]?.S ?? '';

/**
 * The function behind the log's stream. A batch of one shard names products, which are brought up to date, and
 * heartbeats, which then say that everything before them on their way is indexed. An error fails the whole batch, and
 * Lambda repeats it: nothing is done twice.
 */
export const indexing =
  ({ indexer, outlet, sendBeats, advanceClosings, clock, measure }: IndexingOptions) =>
  async (input: IndexInput): Promise<void> => {
    if ('heartbeat' in input) {
      await sendBeats(clock().toISOString());
      await indexer.refreshDue();
      measure({ ProductsSetAside: (await indexer.retry()).length });
      await outlet?.deliver();
      await advanceClosings();
      return;
    }
    const { Records: records } = input;
    const products = records
      .filter((record) => textOf(record, 'Keys', 'sk').startsWith('v#'))
      .map((record) => textOf(record, 'Keys', 'productId'));
    await indexer.index(products);
    for (const record of records) {
      const key = textOf(record, 'Keys', 'productId');
      const at = textOf(record, 'NewImage', 'at');
      if (key.startsWith(BEAT) && at !== '') await indexer.control.beat(Number(key.slice(BEAT.length)), at);
    }
    const oldest = Math.min(
      ...records.map(({ dynamodb }) => dynamodb?.ApproximateCreationDateTime ?? Infinity),
    );
    if (Number.isFinite(oldest)) measure({ ViewsLag: Math.max(0, clock().getTime() - oldest * 1000) });
    await outlet?.deliver();
  };

/** Entries of one PutEvents. */
const ENTRIES = 10;

interface PutEvents {
  (entries: readonly { Source: string; DetailType: string; Detail: string; Time: Date }[]): Promise<{
    readonly Entries?: readonly { readonly ErrorCode?: string | undefined }[] | undefined;
  }>;
}

/** Delivers to a bus. Single entries of a request may fail. */
export const toBus =
  (putEvents: PutEvents): Deliver =>
  async (events) => {
    const { Entries = [] } = await putEvents(
      events.map((event) => ({
        Source: 'hindsight',
        DetailType: event.type,
        Detail: JSON.stringify(event),
        Time: new Date(event.time),
      })),
    );
    return Entries.flatMap(({ ErrorCode }, index) => (ErrorCode === undefined ? [] : [index]));
  };

export const busOutlet = (
  options: Pick<OutletOptions, 'store' | 'views' | 'onSetAside'>,
  putEvents: PutEvents,
): Outlet => new Outlet({ ...options, name: 'bus', atOnce: ENTRIES, deliver: toBus(putEvents) });
