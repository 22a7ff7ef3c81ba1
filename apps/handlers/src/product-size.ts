import { resultsOf, type Processed } from '@hindsight/workflow';
import { writeMetrics } from './metrics';

/** Products below this are not reported, so that an ordinary log has no such lines. Bytes. */
const REPORTED_FROM = 1e9;

/** The table keeps each event twice: in itself, and whole in `byEffective`. */
const COPIES = 2;

/**
 * The estimated bytes of the largest product that an append writes to: the size of what is written, times the events of
 * the product. DynamoDB keeps 10 GB of a product at most, and tells its size only to who writes it by other means.
 */
export function largestProduct({ plan }: Processed): number {
  if (plan.outcome !== 'store') return 0;
  const events = resultsOf(plan.result).reduce((count, result) => count + result.events.length, 0);
  const versions = resultsOf(plan.result).map(({ version }) => version);
  const written = JSON.stringify('put' in plan ? plan.put : plan.transactItems).length;
  return Math.round((written / Math.max(1, events)) * COPIES * Math.max(...versions));
}

/** Writes the metric `ProductBytes`, for products that have become large. */
export function measureSize(processed: Processed, clock: () => number = Date.now): void {
  const ProductBytes = largestProduct(processed);
  if (ProductBytes < REPORTED_FROM) return;
  writeMetrics('workflow', { ProductBytes }, { units: { ProductBytes: 'Bytes' }, clock });
}
