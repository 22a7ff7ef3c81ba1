import type { Service, Problem } from './service';

declare const SAMPLE: string;

/** An event whose time is in minutes before today; null: it has none of its own. */
type SampleEvent = Readonly<Record<string, unknown>> & { readonly at: number | null };

export type Act = readonly [productId: string, events: readonly SampleEvent[]];

const MINUTE = 60_000;

/** The sample's year ends today, at 00:00 UTC: loaded twice on one day, it is stored once. */
function sent({ at, ...event }: SampleEvent): Record<string, unknown> {
  const today = new Date().setUTCHours(0, 0, 0, 0);
  return at === null ? event : { ...event, effectiveAt: new Date(today + at * MINUTE).toISOString() };
}

/** The three events of the AWS sample, one after another, with ids of their own. */
export const threeEvents: readonly Act[] = (
  [
    ['productReceived', '$4'],
    ['productShipped', '$4'],
    ['productAdjusted', '$5'],
  ] as const
).map(([eventType, unitPrice], index) => [
  '100',
  [
    {
      ...{ eventId: `100-${index + 1}`, eventType, unitPrice, at: null },
      quantity: eventType === 'productShipped' ? '50' : '150',
      ...{ color: 'blk', size: '4.3 lbs' },
    },
  ],
]);

export async function yearOfSales(service: Service): Promise<readonly Act[]> {
  const answer = await service.get<readonly Act[]>(SAMPLE);
  return 'data' in answer ? answer.data : [];
}

/** Records the acts in their order; returns the problem that ended it, if one did. */
export async function load(
  service: Service,
  acts: readonly Act[],
  onProgress: (done: number, all: number) => void,
): Promise<Problem | undefined> {
  const all = acts.reduce((sum, [, events]) => sum + events.length, 0);
  let done = 0;
  onProgress(done, all);
  for (const [productId, events] of acts) {
    const answer = await service.append(productId, events.map(sent));
    if ('problem' in answer) return answer.problem;
    done += events.length;
    onProgress(done, all);
  }
  return undefined;
}
