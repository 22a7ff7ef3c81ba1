import { resultsOf, type ProductLogReader } from '@hindsight/workflow';
import type { Logger } from 'pino';
import type { Appender } from '../appender';
import { FairQueue } from '../fair-queue';
import { everyInterval, Heads, type Every } from './heads';
import { Tails, type TailSettings } from './tails';

interface Needs {
  readonly log: ProductLogReader;
  readonly appender: Appender;
  readonly logger: Logger;
  readonly settings: TailSettings;
  readonly closing?: AbortSignal;
  readonly every?: Every;
}

/** The streams, and an appender that notifies them of stored events. */
export function tailing({ log, appender, logger, settings, closing, every = everyInterval }: Needs): {
  readonly appender: Appender;
  readonly tails: Tails;
} {
  const heads = new Heads({
    headVersion: (productId) => log.headVersion(productId),
    every,
    interval: settings.tailPoll,
    logger,
  });
  const { tailReads } = settings;
  // The number of streams is already limited, so the queue never refuses their reads.
  const reads = new FairQueue({
    ...{
      atOnce: tailReads,
      perClient: Math.ceil(tailReads / 2),
      waiting: Infinity,
      waitingPerClient: Infinity,
      longestWaitMs: Infinity,
    },
  });
  return {
    tails: new Tails({ log, heads, every, settings, reads, closing }),
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
