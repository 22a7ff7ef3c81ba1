import { useAnswer } from '../hooks';
import { plotted } from './line-data';
import { millionthsOf } from '../model/history';

const [WIDTH, HEIGHT] = [132, 26];
const MOST = 60;

interface Timeline {
  readonly entries: readonly {
    readonly effectiveAt: string;
    readonly state: { readonly quantity: string };
  }[];
}

/** The last changes of a product's quantity: as small as a word. */
export function Spark({ productId, version }: { productId: string; version: number }) {
  const path = `/products/${encodeURIComponent(productId)}/timeline?direction=backward&limit=${MOST}`;
  const answer = useAnswer<Timeline>(path, version);
  if (answer === undefined || 'problem' in answer) return <svg class="spark" width={WIDTH} height={HEIGHT} />;
  const points = answer.data.entries
    .map(
      ({ effectiveAt, state }) => [Date.parse(effectiveAt), plotted(millionthsOf(state.quantity))] as const,
    )
    .reverse();
  const [from, to] = [points[0]?.[0] ?? 0, Math.max(Date.now(), points.at(-1)?.[0] ?? 0)];
  const values = points.map(([, value]) => value);
  const [low, high] = [Math.min(0, ...values), Math.max(1, ...values)];
  const x = (moment: number) => (1 + ((moment - from) / Math.max(to - from, 1)) * (WIDTH - 2)).toFixed(1);
  const y = (value: number) => (HEIGHT - 2 - ((value - low) / (high - low)) * (HEIGHT - 4)).toFixed(1);
  const steps = points.map(([moment, value], index) =>
    index === 0 ? `M${x(moment)} ${y(value)}` : `H${x(moment)}V${y(value)}`,
  );
  return (
    <svg class="spark" width={WIDTH} height={HEIGHT} aria-hidden="true">
      <path class="zero" d={`M0 ${y(0)}H${WIDTH}`} />
      <path d={`${steps.join('')}H${WIDTH - 1}`} />
    </svg>
  );
}
