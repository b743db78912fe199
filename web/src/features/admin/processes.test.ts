import { describe, expect, it } from 'vitest';
import { counted, isSlow, ownerByShard, ranges, tone } from './processes';
import type { AdminProcess } from './types';

const process = (fields: Partial<AdminProcess>): AdminProcess => ({
  process: 'p',
  roles: ['user'],
  state: 'ready',
  ...fields,
});

describe('a process', () => {
  it('is an alarm where it is missing, a warning where something is not well', () => {
    expect(tone(process({ state: 'missing' }))).toBe('alarm');
    expect(tone(process({ state: 'waiting' }))).toBe('warning');
    expect(tone(process({ state: 'draining' }))).toBe('warning');
    expect(tone(process({ troubles: [{ part: 'role.archive', trouble: 'gone', needed: false }] }))).toBe('warning');
    expect(tone(process({ troubles: [] }))).toBe('good');
  });

  it('shows what its roles have', () => {
    const labels = (fields: Partial<AdminProcess>) => counted(process(fields)).map((figure) => figure.label);
    expect(labels({ roles: ['node'], connections: 4, users: 3 })).toEqual(['connections', 'onlineUsers']);
    expect(labels({ roles: ['gateway'], relayed: 7 })).toEqual(['relayedSockets']);
    expect(labels({ roles: ['gateway', 'node'] })).toEqual(['connections', 'onlineUsers']);
    expect(labels({ roles: ['dispatch'], shards: [1, 2] })).toEqual(['shards']);
    expect(labels({ roles: ['dispatch'], shards: [] })).toEqual([]);
    expect(labels({ roles: ['archive'] })).toEqual([]);
  });

  it('has a clock that is said to differ where it does', () => {
    expect(isSlow(process({ clockAhead: -1_500 }))).toBe(false);
    expect(isSlow(process({ clockAhead: -1_501 }))).toBe(true);
    expect(isSlow(process({}))).toBe(false);
  });
});

describe('shards', () => {
  it.each([
    [[], ''],
    [[5], '5'],
    [[1, 2], '1, 2'],
    [[0, 1, 2, 3, 7, 9, 10, 11], '0–3, 7, 9–11'],
  ])('%j are %s', (numbers, text) => {
    expect(ranges(numbers)).toBe(text);
  });

  it('have an owner, or none', () => {
    const owners = [
      { process: 'a', shards: [0, 3] },
      { process: 'b', shards: [1] },
    ];
    expect(ownerByShard({ total: 4, owners, unowned: [2], missing: [] })).toEqual([0, 1, -1, 0]);
  });
});
