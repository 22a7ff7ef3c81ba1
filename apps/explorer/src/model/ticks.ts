/** Where the labels of an axis stand. */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MONTH = 30 * DAY;

/** Distances of labels, each with the way to write one. */
const STEPS: readonly (readonly [number, Intl.DateTimeFormatOptions])[] = [
  ...[1, 5, 10, 100, 500].map((size) => [size, { second: '2-digit', fractionalSecondDigits: 3 }] as const),
  ...[1, 5, 15, 30].map(
    (count) => [count * SECOND, { hour: '2-digit', minute: '2-digit', second: '2-digit' }] as const,
  ),
  ...[1, 5, 15, 30, 60, 180, 360, 720].map(
    (count) =>
      [count * MINUTE, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }] as const,
  ),
  ...[1, 2, 7, 14].map((count) => [count * DAY, { day: 'numeric', month: 'short' }] as const),
  ...[1, 3, 6, 12, 24, 60, 120, 600, 1200].map(
    (count) => [count * MONTH, { month: 'short', year: 'numeric' }] as const,
  ),
];

export interface Tick {
  readonly at: number;
  readonly label: string;
}

/** At most about `most` labels between two moments, at round times of the viewer's zone. */
export function timeTicks(from: number, to: number, most: number): readonly Tick[] {
  const [size, style] = STEPS.find(([one]) => (to - from) / one <= most) ?? [
    1200 * MONTH,
    { year: 'numeric' },
  ];
  const format = new Intl.DateTimeFormat('en-GB', { ...style, hourCycle: 'h23' });
  const start = new Date(from);
  const ticks: Tick[] = [];
  const push = (at: number): void => {
    if (at >= from && at <= to) ticks.push({ at, label: format.format(at) });
  };
  if (size >= MONTH) {
    const months = Math.round(size / MONTH);
    const first = Math.floor((start.getFullYear() * 12 + start.getMonth()) / months) * months;
    for (let month = first; new Date(0, month - 1900 * 12).getTime() <= to; month += months)
      push(new Date(0, month - 1900 * 12).getTime());
    return ticks;
  }
  // From midnight on, so that a day's labels are round; by day, so that a change of the clock shifts nothing.
  const day = Math.max(1, Math.round(size / DAY));
  start.setHours(0, 0, 0, 0);
  for (; start.getTime() <= to; start.setDate(start.getDate() + day)) {
    const midnight = start.getTime();
    if (size >= DAY) push(midnight);
    else if (midnight + 25 * HOUR >= from)
      for (
        let part = Math.max(0, Math.ceil((from - midnight) / size)) * size;
        part < DAY && midnight + part <= to;
        part += size
      )
        push(midnight + part);
  }
  return ticks;
}

/** Round numbers between two values. */
export function numberTicks(low: number, high: number, most: number): readonly number[] {
  const rough = (high - low) / Math.max(most, 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? rough;
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  // By whole multiples, without a sum's rounding.
  return Array.from({ length: Math.max(0, count) }, (_, index) => {
    const value = (first + index) * step;
    return Number(value.toPrecision(12));
  });
}
