export interface Piece {
  text: string;
  marked: boolean;
}

type Range = readonly [number, number];

/** In order and apart; what lies outside the text or is empty is left out. */
function merged(ranges: readonly Range[], length: number): [number, number][] {
  const result: [number, number][] = [];
  const inside = ranges
    .map(([from, to]): [number, number] => [Math.max(from, 0), Math.min(to, length)])
    .filter(([from, to]) => from < to)
    .sort((a, b) => a[0] - b[0]);
  for (const [from, to] of inside) {
    const last = result.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else result.push([from, to]);
  }
  return result;
}

/** Cuts `text` at ranges of Unicode code points (not of UTF-16 units: an emoji counts as one). */
export function pieces(text: string, ranges: readonly Range[]): Piece[] {
  const points = [...text];
  const result: Piece[] = [];
  const add = (from: number, to: number, marked: boolean) => {
    if (from < to) result.push({ text: points.slice(from, to).join(''), marked });
  };
  let at = 0;
  for (const [from, to] of merged(ranges, points.length)) {
    add(at, from, false);
    add(from, to, true);
    at = to;
  }
  add(at, points.length, false);
  return result;
}

/** Within so many a mark is seen without cutting. */
const seen = 60;
const before = 20;
const after = 160;

/** The beginning of a word near `from`, below `end`; where there is none, `from`. */
function wordStart(points: readonly string[], from: number, end: number): number {
  const space = points.slice(from, end).findIndex((point) => /\s/.test(point));
  return space < 0 ? from : from + space + 1;
}

/** The part of a long text around its first mark, with the ranges moved along. */
export function excerpt(text: string, ranges: readonly Range[]): Piece[] {
  const points = [...text];
  const first = merged(ranges, points.length)[0]?.[0] ?? 0;
  const from = first > seen ? wordStart(points, first - before, first) : 0;
  const to = Math.min(points.length, first + after);
  const cut = pieces(
    points.slice(from, to).join(''),
    ranges.map(([start, end]): Range => [start - from, end - from]),
  );
  if (from > 0) cut.unshift({ text: '…', marked: false });
  if (to < points.length) cut.push({ text: '…', marked: false });
  return cut;
}
