import type { Line } from './line';

/**
 * The net units sold of each stock code, in millionths, over the first lines of a file, in one simple pass:
 * no order, no grouping, no events. It shares only the line parser with the plans, so it can verify them
 * independently.
 */
export async function unitsSold(lines: AsyncIterable<Line>, limit = Infinity): Promise<Map<string, bigint>> {
  const sold = new Map<string, bigint>();
  for await (const line of lines) {
    if (line.number > limit) break;
    sold.set(line.stockCode, (sold.get(line.stockCode) ?? 0n) + line.quantity);
  }
  return sold;
}
