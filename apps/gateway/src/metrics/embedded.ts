import { Metrics as EmbeddedMetrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { AppendEnd, Metrics } from './metrics';

/** Failures caused by the server or by a lack of capacity. */
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
  /** Writes the counts since the last call as one line, from which CloudWatch extracts metrics. */
  publish(): void;
}

/** Metrics in CloudWatch's embedded metric format: log lines instead of API calls. */
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
