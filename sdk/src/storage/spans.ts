/** Which seqs of a conversation are known without holes: ascending pairs, both ends included, none touching. */
export type Span = [number, number];

/** More pieces than this are not remembered; the lowest are forgotten first. */
export const MOST_SPANS = 64;

export function addSpan(spans: Span[], [from, to]: Span): Span[] {
  const apart = spans.filter(([low, high]) => high + 1 < from || low > to + 1);
  const touching = spans.filter(([low, high]) => high + 1 >= from && low <= to + 1);
  const low = Math.min(from, ...touching.map((span) => span[0]));
  const high = Math.max(to, ...touching.map((span) => span[1]));
  return [...apart, [low, high] satisfies Span].sort((a, b) => a[0] - b[0]).slice(-MOST_SPANS) as Span[];
}

export function spanWith(spans: Span[], seq: number): Span | undefined {
  return spans.find(([low, high]) => low <= seq && seq <= high);
}

/** Forgets everything below `from`. */
export function cutBelow(spans: Span[], from: number): Span[] {
  return spans.filter(([, high]) => high >= from).map(([low, high]) => [Math.max(low, from), high]);
}
