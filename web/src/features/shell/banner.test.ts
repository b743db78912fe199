import type { ConnectionState } from 'godwit-sdk';
import { expect, it } from 'vitest';
import { bannerNotice, graceMs } from './banner';

const facts = { awaySince: 0, now: 10_000, expiring: false, storageKept: true, dismissed: false };
const say = (state: Partial<ConnectionState>, more: Partial<typeof facts> = {}) =>
  bannerNotice({ state: { status: 'open', attempt: 0, ...state }, ...facts, ...more });

it('says nothing while all is well', () => {
  expect(say({ status: 'open' })).toBeNull();
  expect(say({ status: 'standby' })).toBeNull();
});

it('lets a short break pass, and tells a longer one', () => {
  expect(say({ status: 'connecting' }, { awaySince: 10_000 - graceMs + 1 })).toBeNull();
  expect(say({ status: 'connecting' }, { awaySince: 10_000 - graceMs })).toEqual({ kind: 'connecting' });
  expect(say({ status: 'waiting' }, { awaySince: 9_999 })).toBeNull();
  expect(say({ status: 'waiting' }, { awaySince: 1 })).toEqual({ kind: 'waiting', action: 'retry' });
});

it('tells at once that there is no network', () => {
  expect(say({ status: 'offline' }, { awaySince: 10_000 })).toEqual({ kind: 'offline' });
});

it('tells a way that lets no socket through from a server that is away', () => {
  expect(say({ status: 'waiting', blocked: true }, { awaySince: 1 })).toEqual({ kind: 'blocked', action: 'retry' });
  expect(say({ status: 'connecting', blocked: true }, { awaySince: 10_000 })).toEqual({ kind: 'blocked' });
});

it("offers to take over what is open elsewhere; other ends are the login screen's", () => {
  expect(say({ status: 'ended', reason: 'replaced' })).toEqual({ kind: 'replaced', action: 'takeOver' });
  expect(say({ status: 'ended', reason: 'too_many' })).toEqual({ kind: 'too_many', action: 'takeOver' });
  expect(say({ status: 'ended', reason: 'expired' })).toBeNull();
});

it('puts the connection before the expiry, and that before the storage', () => {
  const all = { expiring: true, storageKept: false };
  expect(say({ status: 'offline' }, all)).toEqual({ kind: 'offline' });
  expect(say({}, all)).toEqual({ kind: 'expiring', action: 'renew' });
  expect(say({}, { storageKept: false })).toEqual({ kind: 'memoryOnly', action: 'dismiss' });
  expect(say({}, { storageKept: false, dismissed: true })).toBeNull();
});
