import { expect, it } from 'vitest';
import { claim } from './claim';

/** Locks as all tabs of a browser share them. */
function sharedLocks(): LockManager {
  const held = new Set<string>();
  return {
    request: async (name: string, _options: LockOptions, use: (lock: Lock | null) => Promise<void>) => {
      if (held.has(name)) return use(null);
      held.add(name);
      await use({ name, mode: 'exclusive' });
      held.delete(name);
    },
    query: async () => ({ held: [], pending: [] }),
  } as unknown as LockManager;
}

it('is won by one tab', async () => {
  const locks = sharedLocks();
  expect(await claim('x1', locks)).toBe(true);
  expect(await claim('x1', locks)).toBe(false);
  void locks.request('godwit.claim.x2', { ifAvailable: true }, () => new Promise<void>(() => {}));
  expect(await claim('x2', locks)).toBe(false);
});

it('is won without locks, once', async () => {
  expect(await claim('x3', undefined)).toBe(true);
  expect(await claim('x3', undefined)).toBe(false);
});
