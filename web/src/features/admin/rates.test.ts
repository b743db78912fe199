import { describe, expect, it } from 'vitest';
import { hour, merge, perSecond, rows, samplesBound, summarise } from './rates';
import type { RateSample } from './types';

const sample = (time: number, some: Partial<RateSample> = {}): RateSample => ({
  time,
  connections: 0,
  sends: 0,
  pushes: 0,
  connects: 0,
  requests: 0,
  failures: 0,
  ...some,
});
const start = 1_800_000_000_000;

describe('merge', () => {
  it('takes what is newer and nothing twice', () => {
    const known = [sample(start), sample(start + 5000)];
    const merged = merge(known, [sample(start + 5000, { sends: 9 }), sample(start + 10_000)]);
    expect(merged.map((one) => one.time - start)).toEqual([0, 5000, 10_000]);
    expect(merged[1]?.sends).toBe(0);
  });

  it('keeps an hour and no more than its bound', () => {
    const long = Array.from({ length: 900 }, (_, i) => sample(start + i * 5000));
    const merged = merge(long.slice(0, 800), long.slice(800));
    expect(merged).toHaveLength(samplesBound);
    const dense = Array.from({ length: 2000 }, (_, i) => sample(start + i));
    expect(merge([], dense)).toHaveLength(samplesBound);
    expect(merge([sample(start)], [sample(start + hour)])).toHaveLength(1);
  });
});

describe('perSecond', () => {
  it('spreads what was counted over the interval', () => {
    expect(perSecond([sample(start, { sends: 10 }), sample(start, { sends: 1 })], 'sends', 5000)).toEqual([2, 0.2]);
  });
});

describe('summarise', () => {
  it('finds now, the highest and its time, and the mean of what was measured', () => {
    expect(summarise([1, 2, 3, 4], [2, 8, null, 5])).toEqual({ now: 5, highest: 8, highestAt: 2, mean: 5 });
  });

  it('has nothing to say of nothing', () => {
    expect(summarise([], [])).toBeNull();
    expect(summarise([1], [null])).toBeNull();
  });
});

describe('rows', () => {
  it('averages spans, newest first; a sample belongs to the span that it lay in, not the one it ended at', () => {
    const span = 60_000;
    const samples = [
      sample(start + 55_000, { connections: 2, sends: 5 }),
      sample(start + 60_000, { connections: 4, sends: 15 }),
      sample(start + 65_000, { connections: 6, failures: 10 }),
    ];
    expect(rows(samples, 5000, span)).toEqual([
      { from: start + 60_000, connections: 6, sends: 0, pushes: 0, requests: 0, failures: 2 },
      { from: start, connections: 3, sends: 2, pushes: 0, requests: 0, failures: 0 },
    ]);
  });
});
