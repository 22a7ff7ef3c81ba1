/**
 * Which stored states may be trusted.
 *
 * A late event changes the states at the places after it. Every event item carries, for the log as known
 * through its version, a short list of spans of effective time: in a span, only a state that includes
 * `version` or more is right; elsewhere, every state stored with an event is. The list is part of the
 * recorded log, so nothing that is stored as a cache can make it lie. It is bounded: when it grows too
 * long, neighbours are merged into one span that asks for the higher version, which can only cost time.
 */
export interface StaleSpan {
  /** Milliseconds since 1970, inclusive both. */
  readonly from: number;
  readonly to: number;
  /** States in the span must include the log through this version. */
  readonly version: number;
}

/** Disjoint, in the order of time. */
export type Stale = readonly StaleSpan[];

const MOST = 12;
const RADIX = 36;

export function encodeStale(stale: Stale): string {
  return stale
    .map(({ from, to, version }) => [from, to, version].map((n) => n.toString(RADIX)).join(','))
    .join(';');
}

export function decodeStale(text: string | undefined): Stale {
  if (text === undefined || text === '') return [];
  return text.split(';').map((span) => {
    const [from = 0, to = 0, version = 0] = span.split(',').map((n) => parseInt(n, RADIX));
    return { from, to, version };
  });
}

export const spanAt = (stale: Stale, time: number): StaleSpan | undefined =>
  stale.find(({ from, to }) => from <= time && time <= to);

/** How much of the log a state at that time must include; 0 where any stored state will do. */
export const neededAt = (stale: Stale, time: number): number => spanAt(stale, time)?.version ?? 0;

/** In `now` every moment asks for at least as much as in `before`. */
export function covers(now: Stale, before: Stale): boolean {
  return before.every((old) => {
    let from = old.from;
    for (const span of now) {
      if (span.to < from || span.from > old.to) continue;
      if (span.from > from || span.version < old.version) return false;
      from = span.to + 1;
    }
    return from > old.to;
  });
}

function mergeClosest(stale: StaleSpan[]): StaleSpan[] {
  let best = 0;
  let least = Infinity;
  for (let i = 0; i + 1 < stale.length; i += 1) {
    const length = (stale[i + 1] as StaleSpan).to - (stale[i] as StaleSpan).from;
    if (length < least) [best, least] = [i, length];
  }
  const a = stale[best] as StaleSpan;
  const b = stale[best + 1] as StaleSpan;
  return stale.toSpliced(best, 2, { from: a.from, to: b.to, version: Math.max(a.version, b.version) });
}

/** Adds a span of a version not below any that is there. One that ends before it begins is none. */
export function addSpan(stale: Stale, span: StaleSpan): Stale {
  if (!(span.from <= span.to)) return stale;
  const outside = stale.flatMap((old) => {
    const left = { ...old, to: Math.min(old.to, span.from - 1) };
    const right = { ...old, from: Math.max(old.from, span.to + 1) };
    return [left, right].filter(({ from, to }) => from <= to);
  });
  let spans = [...outside, span].sort((a, b) => a.from - b.from);
  while (spans.length > MOST) spans = mergeClosest(spans);
  return spans;
}

/**
 * Before an event in order at `next`: a span that ends at the last place so far lasts until just before the
 * new one, for until then the last place is what a question finds. At the very same millisecond the new
 * event gets a span of its own there.
 */
export function extendTo(stale: Stale, high: number, next: number, version: number): Stale {
  const last = spanAt(stale, high);
  if (last === undefined) return stale;
  if (next === high) return addSpan(stale, { from: next, to: next, version });
  const longer = { ...last, to: Math.max(last.to, next - 1) };
  // No append leaves spans beyond the last place, but older code did: each moment asks for the greatest version.
  return [...stale, longer].sort((a, b) => a.version - b.version).reduce<Stale>(addSpan, []);
}
