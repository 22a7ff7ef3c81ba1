import { Metrics as EmbeddedMetrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { AppendEnd, Metrics } from './metrics';

/** The fault or the lack of capacity is ours. */
const FAULTS: readonly AppendEnd[] = [
  'contention',
  'store_unavailable',
  'processing_failed',
  'product_full',
  'write_rejected',
  'unanswered',
  'other',
];

const COUNTS: Readonly<Record<string, string>> = {
  stored: 'Appends',
  duplicate: 'Duplicates',
  dry_run: 'DryRuns',
  rule_broken: 'Conflicts',
  version_conflict: 'VersionConflicts',
};

export interface LambdaMetrics extends Metrics {
  /** Writes what has been counted since the last time as one line that CloudWatch reads its metrics from. */
  publish(): void;
}

/** Numbers in CloudWatch's embedded metric format: lines of the log, no calls. */
export function embeddedMetrics(namespace: string): LambdaMetrics {
  const embedded = new EmbeddedMetrics({ namespace, serviceName: 'gateway' });
  const count = (name: string, value = 1) => embedded.addMetric(name, MetricUnit.Count, value);
  return {
    publish: () => embedded.publishStoredMetrics(),
    request({ status, seconds }) {
      count('Requests');
      if (status >= 500) count('RequestFaults');
      embedded.addMetric('RequestLatency', MetricUnit.Milliseconds, seconds * 1_000);
    },
    append({ end, seconds, events, retries, lateBy }) {
      count(COUNTS[end] ?? (FAULTS.includes(end) ? 'AppendFaults' : 'Refusals'));
      embedded.addMetric('AppendLatency', MetricUnit.Milliseconds, seconds * 1_000);
      if (end === 'stored') count('EventsStored', events);
      if (retries > 0) count('Retries', retries);
      if (lateBy === undefined) return;
      count('LateAppends');
      count('LateDistance', lateBy);
    },
  };
}
