import type { RateSample } from './types';

export const hour = 3_600_000;
/** What the server keeps at most, and so what the page does. */
export const samplesBound = 720;

export type Counted = 'sends' | 'pushes' | 'connects' | 'requests' | 'failures';

/** What is known and what came since, without repeats, of the last hour. */
export function merge(known: RateSample[], fresh: RateSample[]): RateSample[] {
  const last = known[known.length - 1]?.time ?? 0;
  const all = [...known, ...fresh.filter((sample) => sample.time > last)];
  const newest = all[all.length - 1]?.time ?? 0;
  return all.filter((sample) => sample.time > newest - hour).slice(-samplesBound);
}

export function perSecond(samples: RateSample[], what: Counted, interval: number): number[] {
  return samples.map((sample) => (sample[what] * 1000) / interval);
}

export interface Summary {
  now: number;
  highest: number;
  highestAt: number;
  mean: number;
}

/** null where nothing was measured. */
export function summarise(times: number[], values: (number | null)[]): Summary | null {
  const measured = values.flatMap((value, i) => (value === null ? [] : [{ value, time: times[i] ?? 0 }]));
  const last = measured[measured.length - 1];
  if (!last) return null;
  const top = measured.reduce((best, one) => (one.value > best.value ? one : best), last);
  const mean = measured.reduce((sum, one) => sum + one.value, 0) / measured.length;
  return { now: last.value, highest: top.value, highestAt: top.time, mean };
}

export interface RateRow {
  /** Where the span begins. */
  from: number;
  connections: number;
  sends: number;
  pushes: number;
  requests: number;
  failures: number;
}

/** The hour in spans of `span` ms, newest first: mean connections, and events per second as far as it was measured. */
export function rows(samples: RateSample[], interval: number, span: number): RateRow[] {
  const spans = new Map<number, RateSample[]>();
  for (const sample of samples) {
    const from = Math.floor((sample.time - 1) / span) * span;
    spans.set(from, [...(spans.get(from) ?? []), sample]);
  }
  return [...spans].reverse().map(([from, inside]) => {
    const rate = (what: Counted) =>
      (inside.reduce((sum, one) => sum + one[what], 0) * 1000) / (inside.length * interval);
    return {
      from,
      connections: inside.reduce((sum, one) => sum + one.connections, 0) / inside.length,
      sends: rate('sends'),
      pushes: rate('pushes'),
      requests: rate('requests'),
      failures: rate('failures'),
    };
  });
}
