import type { Schemas } from '@hindsight/client';
import { durationText } from '../duration';
import { say, sayJson, table } from '../output';
import { answerOf, clientOf, type Service } from '../service';

type Lateness = Schemas['Lateness'];

const rowOf = (type: string, { events, late, p50, p90, p99, max }: Lateness): string[] => [
  ...[type, String(events), String(late)],
  ...[p50, p90, p99, max].map(durationText),
];

/** `lateness` */
export async function lateness(productId: string, options: Service): Promise<void> {
  const asked = clientOf(options).GET('/products/{productId}/lateness', { params: { path: { productId } } });
  const report = await answerOf(options, asked, 'moved');
  if (options.json) return sayJson(report);
  const { all, byType, moved, version, fromVersion } = report;
  say(
    `${productId}, versions ${fromVersion} to ${version}: how long after they happened events are recorded`,
  );
  const types = Object.entries(byType).map(([type, one]) => rowOf(type, one));
  say(table(['type', 'events', 'late', '50 %', '90 %', '99 %', 'at most'], [rowOf('all', all), ...types]));
  say('\nhow far the quantity of a day still moved after waiting');
  const rows = moved.map(({ after, days, moved: count, p50, p90, p99, max }) => [
    ...[`${after} d`, String(days), String(count)],
    ...[p50, p90, p99, max],
  ]);
  say(table(['after', 'days', 'moved', '50 %', '90 %', '99 %', 'at most'], rows));
}
