import type { RecordedEvent } from '@hindsight/domain';
import type { VerifyOptions } from '@hindsight/workflow';
import { checkAppends } from './check-appends';
import { checkCommits, checkLog, checkStored } from './check-log';
import { checkMetrics } from './check-metrics';
import { checkReads } from './check-reads';
import type { Books } from './gateways';
import type { Commit, Deed } from './history';
import { must, show, Truth, Violated, type Violation } from './truth';

export type { Violation };

export interface Run extends VerifyOptions {
  readonly deeds: readonly Deed[];
  readonly commits: readonly Commit[];
  readonly logs: ReadonlyMap<string, readonly RecordedEvent[]>;
  readonly books: readonly Books[];
}

/**
 * No response reports an internal error, every retryable one includes a delay, and every request is finally
 * answered.
 */
function checkClean(deeds: readonly Deed[]): void {
  for (const { act, attempts } of deeds) {
    for (const { response } of attempts) {
      if (response === undefined) continue;
      const { status, headers } = response;
      must(
        status !== 500 && status !== 502,
        'clean answers',
        () => `${show(act.request)}: ${show(response)}`,
      );
      const open = status === 503 || status === 429;
      must(
        !open || headers['retry-after'] !== undefined,
        'clean answers',
        () => `no Retry-After: ${show(response)}`,
      );
      must(
        (status !== 400 && status !== 422) || String(response.body.type).endsWith('target-not-found'),
        'clean answers',
        () => `${show(act.request)}: ${show(response)}`,
      );
    }
    const last = attempts.at(-1)?.response;
    const named = act.kind !== 'append' || act.events !== undefined || act.dryRun;
    must(
      !named || (last !== undefined && last.status < 500 && last.status !== 429),
      'an answer in the end',
      () => `${show(act.request)}: ${show(last)}`,
    );
  }
}

/** Runs every checker on a finished run; returns the first violation of each product, and of the whole. */
export async function check({ deeds, commits, logs, books, ...table }: Run): Promise<readonly Violation[]> {
  const found: Violation[] = [];
  const judge = async (work: () => void | Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Violated)) throw error;
      found.push({ checker: error.checker, why: error.why });
    }
  };
  for (const [productId, log] of logs) {
    const own = deeds.filter(({ act }) => act.productId === productId);
    const truth = new Truth(productId, log, commits, own);
    for (const checker of [checkCommits, checkLog, checkAppends, checkReads])
      await judge(() => checker(truth));
  }
  await judge(() => checkClean(deeds));
  await judge(() => checkMetrics(books));
  await judge(() => checkStored(table));
  return found;
}
