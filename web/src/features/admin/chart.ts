/** The geometry of a line chart: numbers in, SVG paths out. */

export interface Point {
  x: number;
  y: number;
}

export type Scale = (value: number) => number;

export function scale(from: [number, number], to: [number, number]): Scale {
  const span = from[1] - from[0];
  const factor = span === 0 ? 0 : (to[1] - to[0]) / span;
  return (value) => to[0] + (value - from[0]) * factor;
}

const steps = [1, 2, 2.5, 5, 10];

/** Round values from 0 to at least `max`, `parts` steps or a little fewer; whole ones where `whole`. */
export function ticks(max: number, parts = 4, whole = false): number[] {
  const raw = Math.max(max, whole ? 1 : 0.1) / parts;
  const magnitude = 10 ** Math.floor(Math.log10(raw));
  const factor = steps.find((step) => step * magnitude >= raw * (1 - 1e-9)) ?? 10;
  const step = whole ? Math.max(1, Math.ceil(factor * magnitude)) : factor * magnitude;
  const count = Math.max(1, Math.ceil(max / step - 1e-9));
  return Array.from({ length: count + 1 }, (_, i) => Number((i * step).toPrecision(12)));
}

const minute = 60_000;
const shortest = 5 * minute;

/** What the charts show: since the first time, five minutes at least and `longest` at most. */
export function windowOf(times: number[], now: number, longest: number): [number, number] {
  const until = times[times.length - 1] ?? now;
  return [until - Math.min(longest, Math.max(shortest, until - (times[0] ?? now))), until];
}

/** A step that labels a window about `count` times. */
export function timeStep(span: number, count: number): number {
  return [1, 2, 5, 10, 20, 30].map((minutes) => minutes * minute).find((step) => span / step <= count) ?? 60 * minute;
}

/** The full `step`s (ms) between two times, by the clock on the wall. */
export function timeTicks(from: number, to: number, step: number): number[] {
  const offset = new Date(from).getTimezoneOffset() * 60_000;
  const first = Math.ceil((from - offset) / step) * step + offset;
  return Array.from({ length: Math.max(0, Math.floor((to - first) / step) + 1) }, (_, i) => first + i * step);
}

/** Cuts where there is no value, or where the time between two is longer than `gap`. */
export function segments(times: number[], values: (number | null)[], gap: number): { time: number; value: number }[][] {
  const runs: { time: number; value: number }[][] = [];
  let last = -Infinity;
  times.forEach((time, i) => {
    const value = values[i] ?? null;
    if (value === null) return;
    if (time - last > gap || runs.length === 0) runs.push([]);
    runs[runs.length - 1]?.push({ time, value });
    last = time;
  });
  return runs;
}

const round = (value: number) => Number(value.toFixed(2));

export function linePath(points: Point[]): string {
  if (points.length === 1 && points[0]) return `M${round(points[0].x)},${round(points[0].y)}h0.01`;
  return points.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${round(x)},${round(y)}`).join('');
}

/** The line, closed down to `base`. */
export function areaPath(points: Point[], base: number): string {
  const first = points[0];
  const last = points[points.length - 1];
  if (!first || !last || points.length < 2) return '';
  return `${linePath(points)}L${round(last.x)},${round(base)}L${round(first.x)},${round(base)}Z`;
}

/** Index of the time nearest to `time` in ascending `times`; -1 where there is none. */
export function nearest(times: number[], time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  if (low === 0) return times.length === 0 ? -1 : 0;
  if (low === times.length) return low - 1;
  return time - (times[low - 1] ?? 0) <= (times[low] ?? 0) - time ? low - 1 : low;
}
