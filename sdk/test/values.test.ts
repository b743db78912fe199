import { beforeEach, expect, test } from 'vitest';
import type { Client } from '../src/index.js';
import { Browser } from './kit/browser.js';
import { World } from './kit/world.js';

let browser: Browser;
beforeEach(() => void (browser = new Browser()));

function start(persistent: boolean): Client {
  const { locks: _locks, BroadcastChannel: _channel, ...tab } = browser.tab();
  return new World().connect({ persistent }, tab);
}

test('values last where the cache does', async () => {
  for (const persistent of [true, false]) {
    const first = start(persistent);
    await first.kv.set('pins', ['u:ann']);
    expect(await first.kv.get('pins')).toEqual(['u:ann']);
    await first.kv.set('gone', 1);
    await first.kv.delete('gone');
    await first.close();
    const second = start(persistent);
    expect(await second.kv.get('pins')).toEqual(persistent ? ['u:ann'] : undefined);
    expect(await second.kv.get('gone')).toBeUndefined();
    await second.kv.delete('pins');
    await second.close();
  }
});

test('what is to be kept lasts in any case', async () => {
  const first = start(false);
  await first.kv.set('draft', 'half a sent', { keep: true });
  await first.close();
  const second = start(false);
  expect(await second.kv.get('draft')).toBe('half a sent');
  await second.kv.set('draft', 'not kept any more');
  expect(await second.kv.get('draft')).toBe('not kept any more');
  await second.close();
  expect(await start(false).kv.get('draft')).toBeUndefined();
});

test('values are small and not too many', async () => {
  const { kv } = start(true);
  await expect(kv.set('a', 'x'.repeat(65_536))).rejects.toMatchObject({ code: 'kv_too_large' });
  for (let at = 0; at < 2000; at += 1) await kv.set(`k${at}`, at);
  await expect(kv.set('one more', 1)).rejects.toMatchObject({ code: 'kv_full' });
  await kv.set('k7', 'changed');
  expect(await kv.get('k7')).toBe('changed');
});

test('what is not plain data is kept as JSON says it', async () => {
  const { kv } = start(true);
  await kv.set('proxy', new Proxy({ a: [1] }, {}));
  expect(await kv.get('proxy')).toEqual({ a: [1] });
  await kv.set('proxy', undefined);
  expect(await kv.get('proxy')).toBeUndefined();
});
