import { resultsOf, type ProductLogReader } from '@hindsight/workflow';
import type { ViewsReader } from '@hindsight/views';
import type { Logger } from 'pino';
import type { Appender } from '../appender';
import { FairQueue } from '../fair-queue';
import { FeedStreams } from './feed-streams';
import { everyInterval, Heads, type Every } from './heads';
import { StreamSlots } from './stream-slots';
import type { TailSettings } from './tail-settings';
import { Tails } from './tails';

interface TailingOptions {
  readonly log: ProductLogReader;
  readonly views: ViewsReader;
  readonly appender: Appender;
  readonly logger: Logger;
  readonly settings: TailSettings;
  readonly closing?: AbortSignal;
  readonly every?: Every;
}

/** The streams, and an appender that notifies them of stored events. */
export function tailing({
  log,
  views,
  appender,
  logger,
  settings,
  closing,
  every = everyInterval,
}: TailingOptions): {
  readonly appender: Appender;
  readonly tails: Tails;
  readonly feedStreams: FeedStreams;
} {
  const headsOf = (headVersion: (name: string) => Promise<number>) =>
    new Heads({ headVersion, every, interval: settings.tailPoll, logger });
  const heads = headsOf((productId) => log.headVersion(productId));
  const feedHeads = headsOf(() => views.feedHead());
  const { tailReads } = settings;
  // The number of streams is already limited, so the queue never refuses their reads.
  const reads = new FairQueue({
    ...{ atOnce: tailReads, perClient: Math.ceil(tailReads / 2) },
    ...{ waiting: Infinity, waitingPerClient: Infinity, longestWaitMs: Infinity },
  });
  // One limit for all streams of a process.
  const slots = new StreamSlots(settings.tails);
  const shared = { every, settings, reads, slots, closing };
  return {
    tails: new Tails({ log, heads, ...shared }),
    feedStreams: new FeedStreams({ views, heads: feedHeads, ...shared }),
    appender: {
      ...appender,
      async append(request) {
        const outcome = await appender.append(request);
        if (outcome.ok && !outcome.result.dryRun)
          for (const { productId, version } of resultsOf(outcome.result)) heads.reached(productId, version);
        return outcome;
      },
    },
  };
}
