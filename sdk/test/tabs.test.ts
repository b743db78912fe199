import { afterEach, beforeEach, expect, test } from 'vitest';
import { askLogin } from '../src/adopt.js';
import type { Client, ClientEvents, Frame } from '../src/index.js';
import { platformOf, type ChannelLike } from '../src/platform.js';
import { Browser } from './kit/browser.js';
import { message, range, seqs } from './kit/frames.js';
import { loginOf, problem, World } from './kit/world.js';

let world: World;
let browser: Browser;

interface Tab {
  client: Client;
  frames: ClientEvents['frames'][];
  crash: () => void;
  freeze: (frozen: boolean) => void;
}

function open(session = 's1', persistent = true, key = 'ben'): Tab {
  const tab = browser.tab();
  const client = world.connect({ login: loginOf(key, session), persistent }, tab);
  const frames: ClientEvents['frames'][] = [];
  client.on('frames', (event) => void frames.push(event));
  client.on('storage', () => void (storageLost += 1));
  return { client, frames, crash: tab.crash, freeze: tab.freeze };
}

/** No test but one of storage itself is meant to have lost it. */
let storageLost = 0;
afterEach(() => expect(storageLost).toBe(0));

const shown = (tab: Tab): number[] => tab.frames.flatMap((event) => seqs(event.frames));
const push = (...frames: Frame[]): void => frames.forEach((frame) => world.socket.says(frame));

beforeEach(() => {
  storageLost = 0;
  world = new World();
  browser = new Browser();
  let seq = 0;
  world.on('POST /v1/messages', ({ body }) => {
    const { msg } = body as { msg: string };
    seq += 1;
    return { status: 201, body: { id: `own-${msg}`, conversation: 'u:ann', seq, time: 1 } };
  });
});

test.each([true, false])('one socket for all tabs; each shows everything once (persistent: %s)', async (persistent) => {
  const [a, b, c] = [open('s1', persistent), open('s1', persistent), open('s1', persistent)];
  await world.open();
  expect(world.sockets).toHaveLength(1);
  push(...range(1, 20).map((seq) => message(seq)));
  await world.clock.pass(300);
  for (const tab of [a, b, c]) {
    expect(shown(tab)).toEqual(range(1, 20));
    expect(tab.client.state.status).toBe('open');
    expect(seqs((await tab.client.history('u:ann', { before: 21, limit: 20 })).frames)).toEqual(range(1, 20));
  }
  expect(world.called('GET /v1/conversations/*/messages')).toEqual([]);
  expect(world.socket.acks()).toEqual([['u:ann', 20]]);
});

test('a tab that is too slow for the leader keeps 10,000 frames and is told to read the rest in history', async () => {
  open('s1', false);
  const slow = open('s1', false);
  let go = (): void => undefined;
  const gate = new Promise<void>((resolve) => (go = resolve));
  slow.client.on('frames', () => gate);
  let resets = 0;
  slow.client.on('reset', () => void (resets += 1));
  await world.open();
  for (const from of range(0, 11)) {
    push(...range(from * 1000 + 1, from * 1000 + 1000).map((seq) => message(seq)));
    await world.clock.pass(0);
  }
  expect(resets).toBe(0);
  go();
  await world.clock.pass(0);
  expect(shown(slow)).toEqual(range(1, 10_000));
  expect(resets).toBe(1);
  push(message(12_001));
  await world.clock.pass(0);
  expect(shown(slow).at(-1)).toBe(12_001);
});

test('when the leader crashes the next takes over at once; nothing is lost or shown twice', async () => {
  const [a, b, c] = [open(), open(), open()];
  await world.open();
  push(message(1), message(2));
  await world.clock.pass(0);
  a.crash();
  // Handed to nobody but the tab that is gone, so never acknowledged.
  push(message(3));
  await world.clock.pass(0);
  expect(world.sockets).toHaveLength(2);
  world.inbox = range(1, 4).map((seq) => message(seq));
  await world.open();
  push(message(5));
  await world.clock.pass(300);
  for (const tab of [b, c]) expect(shown(tab)).toEqual([1, 2, 3, 4, 5]);
  expect(world.socket.acks()).toEqual([['u:ann', 5]]);
});

test('a tab that closes hands over; the last one that is left still works', async () => {
  const tabs = [open(), open(), open()];
  await world.open();
  for (const [at, tab] of tabs.entries()) {
    push(message(at + 1));
    await world.clock.pass(0);
    expect(shown(tab)).toContain(at + 1);
    await tab.client.close();
    if (at < 2) await world.open();
  }
  expect(world.sockets).toHaveLength(3);
});

test('what a following tab sends goes out once, in order, and is shown in every tab', async () => {
  const [a, b] = [open(), open()];
  await world.open();
  b.client.send({ conversation: 'u:ann', msg: '1' });
  b.client.send({ conversation: 'u:ann', msg: '2' });
  expect(b.client.outbox.map((item) => item.msg)).toEqual(['1', '2']);
  await world.clock.pass(200);
  expect(world.called('POST /v1/messages').map((call) => (call.body as { msg: string }).msg)).toEqual(['1', '2']);
  for (const tab of [a, b]) {
    expect(tab.frames.flatMap((event) => event.frames.map((frame) => [event.source, frame.msg]))).toEqual([
      ['sent', '1'],
      ['sent', '2'],
    ]);
    expect(tab.client.outbox).toEqual([]);
  }
});

test('what was given to a leader that crashed is sent by the next, once', async () => {
  const [a, b] = [open(), open()];
  await world.open();
  world.on('POST /v1/messages', () => new Promise(() => undefined));
  b.client.send({ conversation: 'u:ann', msg: 'x' });
  await world.clock.pass(200);
  expect(a.client.outbox).toMatchObject([{ msg: 'x', state: 'sending' }]);
  const [first] = world.called('POST /v1/messages');
  a.crash();
  world.on('POST /v1/messages', () => ({ status: 201, body: { id: 'own', conversation: 'u:ann', seq: 1, time: 1 } }));
  await world.clock.pass(0);
  await world.open();
  await world.clock.pass(200);
  const [, second, ...more] = world.called('POST /v1/messages');
  expect(second?.body).toEqual(first?.body);
  expect(more).toEqual([]);
  expect(b.client.outbox).toEqual([]);
});

test('what no leader has heard of is told to the next, also where nothing could be stored', async () => {
  const a = open();
  await world.open();
  open();
  const tab = browser.tab();
  const follower = world.connect({ persistent: true }, { ...tab, indexedDB: undefined });
  await world.clock.pass(0);
  a.freeze(true);
  follower.send({ conversation: 'u:ann', msg: 'x' });
  await world.clock.pass(0);
  a.crash();
  await world.open();
  await world.clock.pass(300);
  expect(world.called('POST /v1/messages')).toHaveLength(1);
  expect(follower.outbox).toEqual([]);
});

test('a refused message is seen in all tabs, and any of them may discard it', async () => {
  const [a, b, c] = [open(), open(), open()];
  await world.open();
  world.on('POST /v1/messages', () => problem(403, 'blocked'));
  const { clientId } = b.client.send({ conversation: 'u:ann', msg: 'x' });
  await world.clock.pass(200);
  for (const tab of [a, b, c])
    expect(tab.client.outbox).toMatchObject([{ state: 'failed', error: { code: 'blocked' } }]);
  c.client.discard(clientId);
  await world.clock.pass(200);
  for (const tab of [a, b, c]) expect(tab.client.outbox).toEqual([]);
});

test('a tab that comes later hears how things are', async () => {
  open();
  const socket = await world.open();
  socket.says({ type: 304, msgSender: 'ann', online: true });
  const late = open();
  const online: string[] = [];
  late.client.on('presence', (event) => void online.push(event.key));
  await world.clock.pass(0);
  expect(late.client.state.status).toBe('open');
  expect(online).toEqual(['ann']);
});

test('a leader that does not answer leaves the others standing by', async () => {
  open();
  await world.open();
  class SilentChannel implements ChannelLike {
    onmessage = null;
    postMessage(): void {}
    close(): void {}
  }
  const late = world.connect({}, { ...browser.tab(), BroadcastChannel: SilentChannel });
  await world.clock.pass(150);
  expect(late.state.status).toBe('standby');
});

test('typing, reading, taking over and reconnecting go through the leader', async () => {
  const [a, b] = [open(), open()];
  await world.open();
  const read: unknown[] = [];
  a.client.on('read', (event) => void read.push(event));
  world.on('PUT /v1/conversations/*/read', () => ({ body: { conversation: 'u:ann', readSeq: 3 } }));
  b.client.typing('u:ann');
  b.client.markRead('u:ann', 3);
  await world.clock.pass(0);
  expect(world.socket.sent).toContainEqual({ type: 303, conversation: 'u:ann' });
  expect(read).toEqual([{ conversation: 'u:ann', seq: 3, reader: 'ben' }]);
  world.socket.ends(4505);
  await world.clock.pass(0);
  expect(b.client.state).toMatchObject({ status: 'ended', reason: 'replaced' });
  b.client.takeOver();
  await world.open();
  expect(b.client.state.status).toBe('open');
  world.socket.ends(1006);
  await world.clock.pass(0);
  b.client.reconnectNow();
  await world.open();
  expect(world.sockets).toHaveLength(3);
});

test('logging out in one tab ends all and leaves nothing behind', async () => {
  const [a, b] = [open(), open()];
  await world.open();
  await a.client.kv.set('draft', 'secret');
  world.on('DELETE /v1/sessions/*', () => ({ status: 204 }));
  await b.client.logout();
  await world.clock.pass(0);
  for (const tab of [a, b]) expect(tab.client.state).toMatchObject({ status: 'ended', reason: 'session_ended' });
  expect(world.socket.closedWith).toBe(1000);
  expect(await browser.indexedDB.databases()).toEqual([]);
  expect(await askLogin(platformOf(world.platform(browser.tab())), 'http://fake', undefined)).toBeNull();
});

test('a leader that the browser has frozen loses the lead, and follows when it thaws', async () => {
  const [a, b, c] = [open(), open(), open()];
  await world.open();
  push(message(1));
  await world.clock.pass(20_000);
  expect(world.sockets).toHaveLength(1);
  a.freeze(true);
  await world.clock.pass(20_000);
  const thief = await world.open();
  expect(world.sockets.length).toBeGreaterThan(1);
  thief.says(message(2));
  await world.clock.pass(300);
  expect(shown(b)).toEqual([1, 2]);
  expect(shown(c)).toEqual([1, 2]);
  a.freeze(false);
  await world.clock.pass(100);
  expect(a.client.state.status).toBe('open');
  expect(shown(a)).toEqual([1, 2]);
  a.client.send({ conversation: 'u:ann', msg: 'from the thawed' });
  await world.clock.pass(300);
  expect(world.called('POST /v1/messages')).toHaveLength(1);
  const count = world.sockets.length;
  await world.clock.pass(60_000);
  expect(world.sockets).toHaveLength(count);
});

test('two sessions of one account do not share a socket, but what an earlier run left goes out once', async () => {
  const early = open('s0');
  await world.open();
  world.on('POST /v1/messages', () => problem(503, 'unavailable', true));
  early.client.send({ conversation: 'u:ann', msg: 'left' });
  await world.clock.pass(100);
  early.crash();
  await early.client.close();
  world.calls.length = 0;
  world.on('POST /v1/messages', () => ({ status: 201, body: { id: 'own', conversation: 'u:ann', seq: 1, time: 1 } }));
  open('s1');
  await world.open();
  open('s2');
  await world.open();
  await world.clock.pass(1000);
  expect(world.sockets).toHaveLength(3);
  expect(world.called('POST /v1/messages')).toHaveLength(1);
});

test('a new tab takes over a login that lives, of the account it asks for', async () => {
  const { client } = open();
  await world.open();
  const platform = platformOf(world.platform(browser.tab()));
  expect(await askLogin(platform, 'http://fake', undefined)).toEqual(client.login);
  expect(await askLogin(platform, '', 'ben')).toEqual(client.login);
  expect(await askLogin(platform, 'http://fake', 'ann')).toBeNull();
  expect(await askLogin(platform, 'http://elsewhere', undefined)).toBeNull();
  const ann = open('s2', true, 'ann');
  await world.clock.pass(0);
  expect(await askLogin(platform, '', 'ann')).toEqual(ann.client.login);
  await ann.client.close();
  world.sockets[0]?.ends(4502);
  expect(await askLogin(platform, 'http://fake', undefined)).toBeNull();
});

test('nobody is waited for where no client lives, and long where one does', async () => {
  const lonely = platformOf(world.platform(browser.tab()));
  const began = performance.now();
  expect(await askLogin(lonely, 'http://fake', undefined)).toBeNull();
  expect(performance.now() - began).toBeLessThan(100);
  const { client } = open();
  await world.open();
  class SlowChannel extends (browser.tab().BroadcastChannel as new (name: string) => ChannelLike) {
    override postMessage(message: unknown): void {
      setTimeout(() => super.postMessage(message), 300);
    }
  }
  const slow = platformOf(world.platform({ ...browser.tab(), BroadcastChannel: SlowChannel }));
  expect(await askLogin(slow, 'http://fake', 'ben')).toEqual(client.login);
});

test('without Web Locks or channels each client is on its own', async () => {
  for (const missing of ['locks', 'BroadcastChannel']) {
    const before = world.sockets.length;
    for (let tab = 0; tab < 2; tab += 1) world.connect({}, { ...browser.tab(), [missing]: undefined });
    await world.clock.pass(0);
    expect(world.sockets.length - before).toBe(2);
    expect(await askLogin(platformOf(world.platform({ [missing]: undefined })), 'http://fake', undefined)).toBeNull();
  }
});

test('locks that the browser refuses are the same as none', async () => {
  const refusing = { request: () => Promise.reject(new Error('SecurityError')) };
  world.connect({}, { ...browser.tab(), locks: refusing });
  await world.open();
  expect(world.sockets).toHaveLength(1);
});
