import { FrameType, GodwitError, type Frame } from 'godwit-sdk';
import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { catchUp } from './catchUp';
import { useGroups } from './groups';
import { usePeople } from './people';
import { useSession } from './session';
import { frame } from './testFrames';

const calls: string[] = [];
let refuse: (call: string) => unknown = () => null;

/** Notes each call, and answers as a server with nothing in it. */
const api = new Proxy({} as Record<string, unknown>, {
  get: (_, call: string) => async (key: unknown) => {
    calls.push(typeof key === 'string' ? `${call} ${key}` : call);
    const error = refuse(call);
    if (error) throw error;
    return call === 'user' ? { key, name: 'New', avatar: '' } : call === 'group' ? { key, role: 'member' } : { items: [], next: null };
  },
});
const changed = (who: string) =>
  frame(1, { type: FrameType.friendChanged, change: 'profile', msgSender: who, conversation: 's:' } as Partial<Frame>);
const asked = (who: string) => frame(1, { type: FrameType.friendRequest, msgSender: who, conversation: 's:' });
const joined = (group: string) => frame(1, { type: FrameType.joined, conversation: `g:${group}` });

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined }));
  setActivePinia(createPinia());
  calls.length = 0;
  refuse = () => null;
  useSession().client = { api, close: () => undefined } as never;
});
afterEach(() => vi.useRealTimers());

it('reads once for a thousand notices', async () => {
  const events = catchUp();
  for (let n = 0; n < 1000; n += 1) events.note([changed(`p${n}`), asked(`q${n}`), joined(`g${n % 50}`)]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(calls.sort()).toEqual([
    'friendRequests in', 'friendRequests out', 'friends', 'groupRequests in', 'groupRequests out', 'groups',
  ]);
});

it('reads the one who changed alone', async () => {
  catchUp().note([changed('bob'), joined('crew'), changed('bob')]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(calls.sort()).toEqual(['group crew', 'user bob']);
  expect(usePeople().displayName('bob')).toBe('New');
  expect(useGroups().groups.get('crew')?.role).toBe('member');
});

it('tries again what the server could not answer, and reports what is a fault', async () => {
  const told = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  refuse = () => (calls.length < 2 ? new GodwitError({ code: 'unavailable', status: 503, retryable: true }) : null);
  const events = catchUp();
  events.note([changed('bob')]);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(calls).toEqual(['user bob', 'user bob']);
  refuse = () => new TypeError('a bug');
  events.note([changed('eve')]);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(calls).toEqual(['user bob', 'user bob', 'user eve']);
  expect(told).toHaveBeenCalledWith(new TypeError('a bug'));
});

it('forgets what belongs to somebody who has left', async () => {
  const events = catchUp();
  events.note([changed('bob')]);
  events.forget();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(calls).toEqual([]);
});
