import type { Member, Role } from 'godwit-sdk';
import { describe, expect, it } from 'vitest';
import { filterMembers, isMuted, isUntilLifted, muteChoices, sortMembers } from './members';

const member = (key: string, role: Role = 'member', name = key): Member => ({
  user: { key, name, avatar: '' },
  role,
  mutedUntil: null,
  joinedAt: 0,
});
const keys = (members: Member[]) => members.map(({ user }) => user.key);
const names: Record<string, string> = { omar: 'Aladdin' };
const nameOf = (key: string) => names[key] ?? key;

describe('sortMembers', () => {
  it('puts owner and admins first, each in the order of the phone book, by the name that is shown', () => {
    const list = [member('zoe'), member('bob', 'admin'), member('omar'), member('yan', 'owner'), member('abe', 'admin'), member('bea')];
    expect(keys(sortMembers(list, nameOf, 'en'))).toEqual(['yan', 'abe', 'bob', 'omar', 'bea', 'zoe']);
  });

  it('leaves its argument as it was', () => {
    const list = [member('b'), member('a')];
    sortMembers(list, nameOf, 'en');
    expect(keys(list)).toEqual(['b', 'a']);
  });
});

it('filters by alias, name and key', () => {
  const list = [member('omar', 'member', 'Omar Haddad'), member('bob', 'admin', 'Bób')];
  expect(keys(filterMembers(list, 'aladd', nameOf))).toEqual(['omar']);
  expect(keys(filterMembers(list, 'haddad', nameOf))).toEqual(['omar']);
  expect(keys(filterMembers(list, 'BOB', nameOf))).toEqual(['bob']);
  expect(keys(filterMembers(list, ' ', nameOf))).toEqual(['omar', 'bob']);
});

it('ends a mute at its time', () => {
  expect(isMuted({ mutedUntil: 1000 }, 999)).toBe(true);
  expect(isMuted({ mutedUntil: 1000 }, 1000)).toBe(false);
  expect(isMuted({ mutedUntil: null }, 0)).toBe(false);
});

it('tells a mute without an end from all others', () => {
  const now = Date.UTC(2026, 0, 1);
  const open = Object.entries(muteChoices).filter(([, lasts]) => isUntilLifted(now + lasts, now));
  expect(open.map(([choice]) => choice)).toEqual(['untilLifted']);
  expect(Number.isSafeInteger(now + muteChoices.untilLifted)).toBe(true);
});
