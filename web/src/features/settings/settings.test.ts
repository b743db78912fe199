import type { Session } from 'godwit-sdk';
import { describe, expect, it } from 'vitest';
import { ago, deviceOrder } from './devices';
import { profileChange } from './profile';
import { faces } from '@/components/faces';

const stands = { name: 'Ann', bio: 'Hello ', avatar: '🦊' };

describe('a change of the profile', () => {
  it('is what differs and no more', () => {
    expect(profileChange(stands, { ...stands })).toEqual({});
    expect(profileChange(stands, { ...stands, name: ' Anna ' })).toEqual({ name: 'Anna' });
    expect(profileChange(stands, { ...stands, name: 'Ann ' })).toEqual({});
    expect(profileChange(stands, { name: 'Ann', bio: '', avatar: '' })).toEqual({ bio: '', avatar: '' });
  });

  it('offers faces that are shown as such', () => {
    for (const face of faces) expect(face).toMatch(/^\p{Extended_Pictographic}/u);
    expect(new Set(faces).size).toBe(faces.length);
  });
});

it('lists the other devices, the last seen first', () => {
  const session = (id: string, lastSeenAt: number, current = false): Session => ({
    id,
    device: { id, name: id },
    createdAt: 0,
    lastSeenAt,
    current,
  });
  expect(deviceOrder([session('a', 1), session('b', 9, true), session('c', 5)]).map(({ id }) => id)).toEqual([
    'c',
    'a',
  ]);
});

it.each([
  [0, 'now'],
  [59_000, 'now'],
  [61_000, '1 minute ago'],
  [3_599_000, '59 minutes ago'],
  [7_200_000, '2 hours ago'],
  [86_400_000, 'yesterday'],
  [-5000, 'now'],
])('%d ms before is "%s"', (before, text) => {
  expect(ago(1_000_000_000 - before, 1_000_000_000, 'en')).toBe(text);
});
