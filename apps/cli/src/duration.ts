const UNITS: readonly [name: string, seconds: number][] = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
];

/** A duration in the largest unit that fits. */
export function durationText(seconds: number): string {
  const [name, size] = UNITS.find(([, unit]) => seconds >= unit) ?? ['', 0];
  return size === 0 ? '0' : `${Math.floor(seconds / size)} ${name}`;
}
