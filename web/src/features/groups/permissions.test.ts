import type { Role } from 'godwit-sdk';
import { describe, expect, it } from 'vitest';
import { groupRights, hasRights, memberRights } from './permissions';

const allowed = (rights: object) =>
  Object.entries(rights)
    .filter(([, allows]) => allows)
    .map(([right]) => right);

describe('memberRights', () => {
  const over = (actor: Role | null, target: Role) => allowed(memberRights({ key: 'me', role: actor }, { key: 'other', role: target }));

  it('lets the owner do everything to everybody else', () => {
    expect(over('owner', 'member')).toEqual(['mute', 'remove', 'makeAdmin', 'handOver']);
    expect(over('owner', 'admin')).toEqual(['mute', 'remove', 'makeMember', 'handOver']);
  });

  it('lets admins mute and remove members, not each other or the owner', () => {
    expect(over('admin', 'member')).toEqual(['mute', 'remove']);
    expect(over('admin', 'admin')).toEqual([]);
    expect(over('admin', 'owner')).toEqual([]);
  });

  it('gives members and strangers nothing', () => {
    for (const target of ['owner', 'admin', 'member'] as const) {
      expect(over('member', target)).toEqual([]);
      expect(over(null, target)).toEqual([]);
    }
  });

  it('gives nobody anything over themselves', () => {
    for (const role of ['owner', 'admin', 'member'] as const) {
      expect(hasRights(memberRights({ key: 'me', role }, { key: 'me', role }))).toBe(false);
    }
  });
});

describe('groupRights', () => {
  it('has the owner hand over before leaving', () => {
    expect(allowed(groupRights('owner'))).toEqual(['edit', 'answerRequests', 'mustHandOver', 'dissolve']);
  });

  it('lets admins change the group and leave it, and members leave', () => {
    expect(allowed(groupRights('admin'))).toEqual(['edit', 'answerRequests', 'leave']);
    expect(allowed(groupRights('member'))).toEqual(['leave']);
    expect(allowed(groupRights(null))).toEqual([]);
  });
});
