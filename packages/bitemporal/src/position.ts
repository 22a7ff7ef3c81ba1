/** Where an event counts in effective time. Two events of one stream never share a position. */
export interface Position {
  /** RFC 3339, UTC, milliseconds: text order is time order. */
  readonly effectiveAt: string;
  /** The event's number in its stream: ties in effective time go in the order of recording. */
  readonly version: number;
}

/** Effective order: by time, ties in the order of recording. */
export function comparePositions(a: Position, b: Position): number {
  if (a.effectiveAt !== b.effectiveAt) return a.effectiveAt < b.effectiveAt ? -1 : 1;
  return a.version - b.version;
}

/** A position as text: text order is effective order, up to 10^12 events in a stream. */
export const positionKey = ({ effectiveAt, version }: Position): string =>
  `${effectiveAt}#${String(version).padStart(12, '0')}`;

/** Positions from `start` (inclusive) to `end` (exclusive), as `positionKey` writes them. */
export interface PositionRange {
  readonly start: string;
  readonly end: string;
}
