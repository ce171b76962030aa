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

const STEPS: Record<string, (at: number, last: number) => number> = {
  ArrowLeft: (at) => at - 1,
  ArrowRight: (at) => at + 1,
  PageUp: (at) => at - 10,
  PageDown: (at) => at + 10,
  Home: () => 0,
  End: (_, last) => last,
};

/** Where a key leads, Shift taking along what lies between; null for keys that move nothing. From outside, arrows enter at the near end. */
export function walked(stretch: Stretch | null, key: string, shift: boolean, count: number): Stretch | null {
  const step = STEPS[key];
  if (!step || count === 0) return null;
  const last = count - 1;
  const outside = key === "ArrowRight" ? -1 : count;
  const to = Math.min(last, Math.max(0, step(stretch?.to ?? outside, last)));
  return { from: shift && stretch ? stretch.from : to, to };
}
