import { beforeEach, describe, expect, test } from 'vitest';
import type { Client } from '../src/index.js';
import { Browser } from './kit/browser.js';
import { message, range, seqs } from './kit/frames.js';
import { problem, World } from './kit/world.js';

let world: World;
let browser: Browser;
let client: Client;

const start = (): Client => {
  const { locks: _locks, BroadcastChannel: _channel, ...tab } = browser.tab();
  return world.connect({ persistent: true }, tab);
};
const asked = (): number => world.called('GET /v1/conversations/*/messages').length;
const page = async (query: { before?: number; after?: number; limit?: number } = {}): Promise<[number[], boolean]> => {
  const { frames, more } = await client.history('u:ann', { limit: 10, ...query });
  return [seqs(frames), more];
};

beforeEach(async () => {
  world = new World();
  browser = new Browser();
  // Seqs 41 to 44 do not exist.
  world.history = [...range(1, 40), ...range(45, 60)].map((seq) => message(seq));
  client = start();
  await world.open();
});

test('pages backwards to the beginning, then all of it from the cache', async () => {
  const walk = async (): Promise<number[]> => {
    const all: number[] = [];
    let more = true;
    for (let before: number | undefined; more; before = all[0]) {
      const [found, next] = await page(before === undefined ? {} : { before });
      all.unshift(...found);
      more = next;
    }
    return all;
  };
  const expected = seqs(world.history);
  expect(await walk()).toEqual(expected);
  const calls = asked();
  expect(await walk()).toEqual(expected);
  expect(asked()).toBe(calls);
});

test('the cache agrees with the server for any range, in any order', async () => {
  const fresh = new World();
  fresh.history = world.history;
  for (let round = 0; round < 200; round += 1) {
    const at = 1 + Math.floor(Math.random() * 62);
    const limit = 1 + Math.floor(Math.random() * 20);
    const query = round % 2 === 0 ? { before: at, limit } : { after: at, limit };
    const all = world.history.filter((frame) => (round % 2 === 0 ? frame.seq < at : frame.seq > at));
    const right = round % 2 === 0 ? all.slice(-limit) : all.slice(0, limit);
    expect([query, await page(query)]).toEqual([query, [seqs(right), all.length > limit]]);
  }
  expect(asked()).toBeLessThan(150);
});

test('the newest page comes from the cache once it was read, pushes included', async () => {
  await page();
  const calls = asked();
  world.socket.says(message(61));
  world.history.push(message(61));
  await world.clock.pass(0);
  expect(await page()).toEqual([range(52, 61), true]);
  expect(await page({ after: 59 })).toEqual([[60, 61], false]);
  expect(await page({ after: 61 })).toEqual([[], false]);
  expect(asked()).toBe(calls);
});

test('the newest page is asked for again while the line is down, and after reset', async () => {
  await page();
  const calls = asked();
  world.on('GET /v1/offline', () => ({ body: { items: [], next: null, epoch: 'first', complete: false } }));
  world.socket.ends(1006);
  world.history.push(message(61));
  expect(await page()).toEqual([range(52, 61), true]);
  expect(asked()).toBe(calls + 1);
  client.reconnectNow();
  await world.open();
  world.history.push(message(62));
  expect(await page()).toEqual([range(53, 62), true]);
});

describe('without a network', () => {
  test('what the cache has', async () => {
    await page();
    await page({ before: 20, limit: 5 });
    world.online = false;
    expect(await page({ limit: 5 })).toEqual([range(56, 60), true]);
    expect(await page({ before: 51, limit: 10 })).toEqual([range(15, 19), true]);
    expect(await page({ before: 15, limit: 10 }).catch((error: { code: string }) => error.code)).toBe('network');
  });

  test('also after a restart', async () => {
    await page();
    await client.close();
    world.online = false;
    client = start();
    await world.clock.pass(0);
    expect(await page({ limit: 5 })).toEqual([range(56, 60), true]);
  });

  test('a line that is down is not waited for long where there is something to show', async () => {
    await page();
    world.socket.ends(1006);
    world.on('GET /v1/conversations/*/messages', () => new Promise(() => undefined));
    const waiting = page({ limit: 5 });
    await world.clock.pass(4000);
    expect(await waiting).toEqual([range(56, 60), true]);
  });
});

test('a refusal is not covered up', async () => {
  await page();
  world.on('GET /v1/conversations/*/messages', () => problem(403, 'forbidden'));
  await expect(page({ before: 3 })).rejects.toMatchObject({ code: 'forbidden' });
});

test('a text that was recalled meanwhile does not come back with a slow page', async () => {
  let go = (): void => undefined;
  const gate = new Promise<void>((resolve) => (go = resolve));
  world.on('GET /v1/conversations/*/messages', async () => {
    await gate;
    return { body: { items: [message(1)], next: null } };
  });
  const slow = client.history('u:ann');
  world.socket.says(message(2, 'u:ann', { type: 208, msg: '', target: { id: 'u:ann#1', seq: 1 } }));
  await world.clock.pass(0);
  go();
  expect((await slow).frames).toMatchObject([{ seq: 1, msg: '', recalled: true }]);
  expect((await client.history('u:ann', { before: 2 })).frames).toMatchObject([{ seq: 1, msg: '' }]);
});

describe('conversations', () => {
  const item = (name: string, headSeq: number): object => {
    return { conversation: name, last: message(headSeq, name), headSeq, readSeq: headSeq, unread: 0 };
  };

  test('all pages, and the next run has them at once, with what came since', async () => {
    expect(await client.cachedConversations()).toBeNull();
    world.on('GET /v1/conversations', ({ query }) => ({
      body: query.get('cursor')
        ? { items: [item('u:ann', 60)], next: null }
        : { items: [item('u:cat', 99)], next: 'c' },
    }));
    expect((await client.conversations()).map((one) => one.conversation)).toEqual(['u:cat', 'u:ann']);
    world.socket.says(message(61, 'u:ann', { time: 1000 }));
    world.socket.says(message(62, 'u:ann', { msgSender: 'ben', time: 1001 }));
    world.socket.says(message(63, 'u:ann', { time: 1002 }));
    await world.clock.pass(0);
    await client.close();
    client = start();
    const cached = await client.cachedConversations();
    expect(cached?.map((one) => [one.conversation, one.headSeq, one.unread])).toEqual([
      ['u:ann', 63, 2],
      ['u:cat', 99, 0],
    ]);
  });

  test('what was read here or elsewhere is read in the next run too', async () => {
    world.on('GET /v1/conversations', () => ({
      body: { items: [{ ...item('u:ann', 60), readSeq: 50, unread: 10 }], next: null },
    }));
    world.on('PUT /v1/conversations/*/read', () => ({ body: { conversation: 'u:ann', readSeq: 60 } }));
    await client.conversations();
    client.markRead('u:ann', 60);
    await world.clock.pass(100);
    expect(await client.cachedConversations()).toMatchObject([{ readSeq: 60, unread: 0 }]);
  });
});
