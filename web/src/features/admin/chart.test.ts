import { describe, expect, it } from 'vitest';
import { areaPath, linePath, nearest, scale, segments, ticks, timeStep, timeTicks, windowOf } from './chart';

describe('scale', () => {
  it('maps ends onto ends, also upside down', () => {
    const y = scale([0, 50], [100, 0]);
    expect([y(0), y(25), y(50)]).toEqual([100, 50, 0]);
  });

  it('puts everything at the beginning where there is no span', () => {
    expect(scale([7, 7], [10, 90])(7)).toBe(10);
  });
});

describe('ticks', () => {
  it.each([
    [0, [0, 0.025]],
    [0.9, [0, 0.25, 0.5, 0.75, 1]],
    [4, [0, 1, 2, 3, 4]],
    [17, [0, 5, 10, 15, 20]],
    [980, [0, 250, 500, 750, 1000]],
    [1001, [0, 500, 1000, 1500]],
  ])('of %d', (max, expected) => {
    expect(ticks(max)).toEqual(expected);
  });

  it('always reaches the highest value, in at most four steps', () => {
    for (let max = 0.013; max < 1e7; max *= 1.37) {
      const values = ticks(max);
      expect(values[values.length - 1]).toBeGreaterThanOrEqual(max);
      expect(values.length).toBeLessThanOrEqual(5);
    }
  });

  it('has whole steps for things that are counted', () => {
    expect(ticks(0, 4, true)).toEqual([0, 1]);
    expect(ticks(3, 4, true)).toEqual([0, 1, 2, 3]);
    expect(ticks(9, 4, true)).toEqual([0, 3, 6, 9]);
  });
});

describe('timeTicks', () => {
  const quarter = 900_000;

  it('stands on full quarters', () => {
    const from = new Date(2026, 0, 5, 10, 7).getTime();
    const labels = timeTicks(from, from + 3_600_000, quarter).map((time) => new Date(time).getMinutes());
    expect(labels).toEqual([15, 30, 45, 0]);
  });

  it('is empty between two ticks', () => {
    const from = new Date(2026, 0, 5, 10, 1).getTime();
    expect(timeTicks(from, from + 60_000, quarter)).toEqual([]);
  });
});

describe('segments', () => {
  it('breaks the line over holes in time and in values', () => {
    const runs = segments([0, 5, 10, 30, 35, 40], [1, 2, 3, 4, null, 6], 12);
    expect(runs.map((run) => run.map(({ value }) => value))).toEqual([
      [1, 2, 3],
      [4, 6],
    ]);
    expect(segments([0, 5, 10], [1, null, 3], 7)).toHaveLength(2);
  });

  it('is nothing of nothing', () => {
    expect(segments([], [], 10)).toEqual([]);
    expect(segments([1, 2], [null, null], 10)).toEqual([]);
  });
});

describe('paths', () => {
  const points = [
    { x: 0, y: 10 },
    { x: 1 / 3, y: 5 },
  ];

  it('rounds to what a pixel shows', () => {
    expect(linePath(points)).toBe('M0,10L0.33,5');
  });

  it('shows a single point as a dot', () => {
    expect(linePath([{ x: 4, y: 2 }])).toBe('M4,2h0.01');
    expect(areaPath([{ x: 4, y: 2 }], 10)).toBe('');
  });

  it('closes the area on its base', () => {
    expect(areaPath(points, 20)).toBe('M0,10L0.33,5L0.33,20L0,20Z');
  });
});

describe('nearest', () => {
  const times = [10, 20, 40];

  it.each([
    [-5, 0],
    [14, 0],
    [15, 0],
    [16, 1],
    [20, 1],
    [31, 2],
    [99, 2],
  ])('to %d is %d', (time, index) => {
    expect(nearest(times, time)).toBe(index);
  });

  it('has no answer without times', () => {
    expect(nearest([], 5)).toBe(-1);
  });
});

describe('windowOf', () => {
  const minute = 60_000;
  const now = 1_800_000_000_000;

  it('begins with the first sample, within five minutes and the longest', () => {
    const since = (ago: number) =>
      windowOf([now - ago * minute, now], now + 999, 60 * minute).map((time) => (now - time) / minute);
    expect(since(1)).toEqual([5, 0]);
    expect(since(17)).toEqual([17, 0]);
    expect(since(90)).toEqual([60, 0]);
    expect(windowOf([], now, 60 * minute)).toEqual([now - 5 * minute, now]);
  });

  it('has steps that leave room for labels', () => {
    expect([5, 17, 60].map((span) => timeStep(span * minute, 6) / minute)).toEqual([1, 5, 10]);
    expect(timeStep(60 * minute, 2) / minute).toBe(30);
    expect(timeStep(240 * minute, 2) / minute).toBe(60);
  });
});
