/** A stretch of buckets, marked by dragging or by keys, as a range of time. */

export interface Stretch {
  from: number;
  to: number;
}

/** From the first bucket's start to the last one's end, within the range that the buckets cover. */
export function rangeOf(times: readonly number[], { from, to }: Stretch, within: { start: number; end: number }) {
  const [first, last] = [Math.min(from, to), Math.max(from, to)];
  return {
    start: Math.max(within.start, times[first] ?? within.start),
    end: Math.min(within.end, times[last + 1] ?? within.end),
  };
}

/** Which bucket lies at a share of the width. */
export const bucketAt = (share: number, count: number): number => Math.min(count - 1, Math.max(0, Math.floor(share * count)));
