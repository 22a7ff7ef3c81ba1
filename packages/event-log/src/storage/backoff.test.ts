import { backoff } from './backoff';

describe('the wait before the next try', () => {
  it('is none before the first', () => {
    expect(backoff(0, () => 1)).toBe(0);
    expect(backoff(0)).toBe(0);
  });

  it('lies anywhere up to a bound that doubles, and is a second at most', () => {
    const longest = Array.from({ length: 15 }, (_, i) => backoff(i + 1, () => 1));
    expect(longest.slice(0, 7)).toEqual([16, 32, 64, 128, 256, 512, 1000]);
    expect(new Set(longest.slice(6))).toEqual(new Set([1000]));
    expect(backoff(3, () => 0)).toBe(0);
    expect(backoff(3, () => 0.25)).toBe(16);
  });
});
