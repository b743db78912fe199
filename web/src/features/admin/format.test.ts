import { describe, expect, it } from 'vitest';
import { durationOf, formatAgo, formatBytes, formatClock, formatCount, formatRate, formatShort } from './format';

describe('numbers', () => {
  it('groups counts', () => {
    expect(formatCount(1234567, 'en')).toBe('1,234,567');
  });

  it.each([
    [0, '0'],
    [0.2, '0.2'],
    [0.256, '0.26'],
    [4.55, '4.6'],
    [131.7, '132'],
    [20_000, '20,000'],
  ])('shows the rate %d as %s', (value, text) => {
    expect(formatRate(value, 'en')).toBe(text);
  });

  it('is short in the way of the language', () => {
    expect(formatShort(15_000, 'en')).toBe('15K');
    expect(formatShort(15_000, 'zh-CN')).toBe('1.5万');
  });

  it.each([
    [0, '0 B'],
    [1023, '1,023 B'],
    [1536, '1.5 KiB'],
    [1024 ** 2 * 250, '250 MiB'],
    [1024 ** 5 * 3, '3,072 TiB'],
  ])('shows %d bytes as %s', (value, text) => {
    expect(formatBytes(value, 'en')).toBe(text);
  });
});

describe('times', () => {
  const now = 1_800_000_000_000;

  it.each([
    [0, 'now'],
    [59_999, 'now'],
    [60_000, '1 minute ago'],
    [3_600_000 * 5, '5 hours ago'],
    [86_400_000, 'yesterday'],
    [86_400_000 * 400, 'last year'],
    [-5000, 'now'],
  ])('says of %d ms before: %s', (before, text) => {
    expect(formatAgo(now - before, now, 'en')).toBe(text);
  });

  it('has the hours of a day from 0 to 23', () => {
    const midnight = new Date(2026, 0, 5, 0, 4, 9).getTime();
    expect(formatClock(midnight, 'en')).toBe('00:04');
    expect(formatClock(midnight, 'zh-CN', true)).toBe('00:04:09');
  });

  it('splits durations', () => {
    expect(durationOf(90_061_000)).toEqual({ days: 1, hours: 1, minutes: 1 });
    expect(durationOf(-1)).toEqual({ days: 0, hours: 0, minutes: 0 });
  });
});
