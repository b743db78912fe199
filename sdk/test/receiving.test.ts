import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Client, ClientEvents, Frame } from '../src/index.js';
import { message, range, seqs } from './kit/frames.js';
import { problem, World } from './kit/world.js';

let world: World;
let client: Client;
let events: ClientEvents['frames'][];

const shown = (): number[] => events.flatMap((event) => seqs(event.frames));
const push = (...frames: Frame[]): void => frames.forEach((frame) => world.socket.says(frame));

beforeEach(() => {
  world = new World();
  client = world.connect();
  events = [];
  client.on('frames', (event) => void events.push(event));
});

describe('pushes', () => {
  test('are shown and acknowledged once, together', async () => {
    const socket = await world.open();
    push(...range(1, 50).map((seq) => message(seq)));
    await world.clock.pass(0);
    expect(shown()).toEqual(range(1, 50));
    expect(events.every((event) => event.source === 'push')).toBe(true);
    expect(socket.acks()).toEqual([]);
    await world.clock.pass(200);
    expect(socket.acks()).toEqual([['u:ann', 50]]);
  });

  test('five rounds of acknowledgements a second at most', async () => {
    const socket = await world.open();
    for (const seq of range(1, 100)) {
      push(message(seq));
      await world.clock.pass(10);
    }
    await world.clock.pass(200);
    expect(socket.acks().length).toBeLessThanOrEqual(6);
    expect(socket.acks().at(-1)).toEqual(['u:ann', 100]);
  });

  test('a hole waits 300 ms for an overtaken push, then history is asked', async () => {
    const socket = await world.open();
    world.history = [message(2), message(3)];
    push(message(1), message(4));
    await world.clock.pass(299);
    expect(shown()).toEqual([1]);
    expect(world.called('GET /v1/conversations/*/messages')).toEqual([]);
    world.history.push(message(4));
    await world.clock.pass(1);
    expect(shown()).toEqual([1, 2, 3, 4]);
    expect(world.called('GET /v1/conversations/*/messages')[0]?.query.get('after')).toBe('1');
    await world.clock.pass(200);
    expect(socket.acks().at(-1)).toEqual(['u:ann', 4]);
  });

  test('an overtaken push that comes in time needs no history', async () => {
    await world.open();
    push(message(1), message(3));
    await world.clock.pass(200);
    push(message(2));
    await world.clock.pass(1000);
    expect(shown()).toEqual([1, 2, 3]);
    expect(world.called('GET /v1/conversations/*/messages')).toEqual([]);
  });

  test('nothing above a hole is acknowledged', async () => {
    const socket = await world.open();
    world.on('GET /v1/conversations/*/messages', () => problem(503, 'unavailable', true));
    push(message(1), message(3));
    await world.clock.pass(1000);
    expect(socket.acks()).toEqual([['u:ann', 1]]);
    world.on('GET /v1/conversations/*/messages', () => ({ body: { items: [message(3)], next: null } }));
    await world.clock.pass(5000);
    expect(shown()).toEqual([1, 3]);
    expect(socket.acks().at(-1)).toEqual(['u:ann', 3]);
  });

  test('history that is behind the push is asked again before it is believed', async () => {
    await world.open();
    world.history = [message(1)];
    push(message(1), message(3));
    await world.clock.pass(400);
    expect(shown()).toEqual([1]);
    world.history = range(1, 3).map((seq) => message(seq));
    await world.clock.pass(400);
    expect(shown()).toEqual([1, 2, 3]);
  });

  test('a conversation that may no longer be read has no holes to fill', async () => {
    await world.open();
    world.on('GET /v1/conversations/*/messages', () => problem(404, 'not_found'));
    push(message(1), message(4));
    await world.clock.pass(2000);
    expect(shown()).toEqual([1, 4]);
  });

  test('a hole of more than a thousand is not filled: reset tells', async () => {
    await world.open();
    let resets = 0;
    client.on('reset', () => void (resets += 1));
    push(message(1), message(5000));
    await world.clock.pass(300);
    expect(shown()).toEqual([1, 5000]);
    expect(resets).toBe(1);
    expect(world.called('GET /v1/conversations/*/messages')).toEqual([]);
  });

  test('a handler that fails does not keep the others from theirs', async () => {
    const complain = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    client.on('frames', () => {
      throw new Error('mine');
    });
    client.on('frames', () => Promise.reject(new Error('mine too')));
    client.on('frames', (() => 7) as unknown as () => void);
    const socket = await world.open();
    push(message(1));
    await world.clock.pass(200);
    expect(shown()).toEqual([1]);
    expect(socket.acks()).toEqual([['u:ann', 1]]);
    expect(complain).toHaveBeenCalledTimes(2);
    complain.mockRestore();
  });

  test('a handler that never ends holds things up for 30 s, not for ever', async () => {
    client.on('frames', () => new Promise(() => undefined));
    const socket = await world.open();
    push(message(1));
    await world.clock.pass(29_900);
    expect(socket.acks()).toEqual([]);
    await world.clock.pass(400);
    expect(socket.acks()).toEqual([['u:ann', 1]]);
  });
});

describe('the inbox', () => {
  test('comes first, page by page; pushes of meanwhile go behind it', async () => {
    const pages: Record<string, object> = {
      '': { items: range(1, 3).map((seq) => message(seq)), next: 'c', epoch: 'first', complete: true },
      c: { items: range(4, 6).map((seq) => message(seq)), next: null, epoch: 'first', complete: true },
    };
    let go = (): void => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    world.on('GET /v1/offline', async ({ query }) => {
      if (query.has('cursor')) await gate;
      return { body: pages[query.get('cursor') ?? ''] };
    });
    const caught: boolean[] = [];
    client.on('caughtUp', ({ complete }) => void caught.push(complete));
    const socket = await world.open();
    push(message(7), message(6));
    await world.clock.pass(1000);
    expect(shown()).toEqual([1, 2, 3]);
    expect(socket.acks()).toEqual([]);
    go();
    await world.clock.pass(0);
    expect(shown()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(events.map((event) => event.source)).toEqual(['inbox', 'inbox', 'push']);
    expect(caught).toEqual([true]);
    await world.clock.pass(200);
    expect(socket.acks()).toEqual([['u:ann', 7]]);
  });

  test('what was acknowledged in vain comes again, is not shown again and is acknowledged again', async () => {
    await world.open();
    push(message(1));
    await world.clock.pass(0);
    world.inbox = [message(1), message(2)];
    world.socket.ends(1006);
    client.reconnectNow();
    const socket = await world.open();
    await world.clock.pass(200);
    expect(shown()).toEqual([1, 2]);
    expect(socket.acks()).toEqual([['u:ann', 2]]);
  });

  test('a hole in it is filled at once: own messages are not in the own inbox', async () => {
    world.history = range(1, 9).map((seq) => message(seq));
    world.inbox = [message(4), message(7)];
    await world.open();
    expect(shown()).toEqual([4, 5, 6, 7, 8, 9]);
  });

  test('what it no longer has is told by reset, and nobody looks for it', async () => {
    await world.open();
    push(message(1));
    await world.clock.pass(0);
    const told: string[] = [];
    client.on('caughtUp', ({ complete }) => void told.push(`caughtUp ${String(complete)}`));
    client.on('reset', () => void told.push('reset'));
    world.on('GET /v1/offline', () => ({ body: { items: [message(90)], next: null, epoch: 'first', complete: false } }));
    world.socket.ends(1006);
    client.reconnectNow();
    await world.open();
    expect(shown()).toEqual([1, 90]);
    expect(told).toEqual(['caughtUp false', 'reset']);
    expect(world.called('GET /v1/conversations/*/messages')).toEqual([]);
  });

  test('of a server that was put back to an older copy nothing older is believed: numbers come a second time', async () => {
    world.inbox = range(1, 3).map((seq) => message(seq));
    await world.open();
    expect(world.called('GET /v1/offline')[0]?.query.get('epoch')).toBe('');
    push(message(4));
    await world.clock.pass(0);
    const again = { ...message(3), id: 'another' };
    world.history = [message(1), message(2), again];
    world.on('GET /v1/offline', () => ({ body: { items: [again], next: null, epoch: 'second', complete: false } }));
    const reset = vi.fn();
    client.on('reset', reset);
    world.socket.ends(1006);
    client.reconnectNow();
    await world.open();
    expect(world.called('GET /v1/offline')[1]?.query.get('epoch')).toBe('first');
    expect(reset).toHaveBeenCalled();
    expect(shown()).toEqual([1, 2, 3, 4, 3]);
    const page = await client.history('u:ann', { limit: 10 });
    expect(page.frames.map((frame) => frame.id)).toEqual([message(1).id, message(2).id, 'another']);
  });

  test('a server that cannot answer just now is asked again', async () => {
    let tries = 0;
    world.on('GET /v1/offline', () => {
      tries += 1;
      return tries < 3
        ? problem(503, 'unavailable', true)
        : { body: { items: [message(1)], next: null, epoch: 'first', complete: true } };
    });
    await world.open();
    await world.clock.pass(5000);
    expect(shown()).toEqual([1]);
    expect(world.sockets).toHaveLength(1);
  });

  test('a connection that ends in the middle of it begins again with the next', async () => {
    world.on('GET /v1/offline', () => new Promise(() => undefined));
    await world.open();
    push(message(3));
    world.socket.ends(1006);
    world.inbox = range(1, 3).map((seq) => message(seq));
    world.on('GET /v1/offline', () => ({ body: { items: world.inbox, next: null, epoch: 'first', complete: true } }));
    client.reconnectNow();
    await world.open();
    await world.clock.pass(0);
    expect(shown()).toEqual([1, 2, 3]);
  });

  test('more than 10,000 pushes behind it end the connection; the next begins anew and nothing is lost', async () => {
    let go = (): void => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    world.on('GET /v1/offline', async () => {
      await gate;
      return { body: { items: world.inbox, next: null, epoch: 'first', complete: true } };
    });
    const first = await world.open();
    push(...range(1, 10_000).map((seq) => message(seq)));
    expect(first.closedWith).toBeUndefined();
    push(message(10_001));
    expect(first.closedWith).toBe(1000);
    world.inbox = range(1, 10_001).map((seq) => message(seq));
    go();
    await world.clock.pass(500);
    await world.open();
    expect(shown()).toEqual(range(1, 10_001));
  });
});

describe('recalls', () => {
  const recall = (seq: number, target: number): Frame =>
    message(seq, 'u:ann', { type: 208, msg: '', target: { id: `u:ann#${target}`, seq: target } });

  test('are told once, and take the text out of the cache', async () => {
    const told: number[] = [];
    client.on('recalled', (event) => void told.push(event.seq));
    world.history = [message(1)];
    await world.open();
    push(message(1), recall(2, 1));
    world.inbox = [message(1, 'u:ann', { msg: '', recalled: true }), recall(2, 1)];
    await world.clock.pass(0);
    world.socket.ends(1006);
    client.reconnectNow();
    await world.open();
    expect(told).toEqual([1]);
    expect(shown()).toEqual([1, 2]);
    const { frames } = await client.history('u:ann', { before: 2 });
    expect(frames).toMatchObject([{ seq: 1, msg: '', recalled: true }]);
  });

  test('a tombstone of something already shown tells too', async () => {
    const told: number[] = [];
    client.on('recalled', (event) => void told.push(event.seq));
    await world.open();
    push(message(1), message(1, 'u:ann', { msg: '', recalled: true }));
    await world.clock.pass(0);
    expect(told).toEqual([1]);
  });
});

test('read positions, typing and presence pass through', async () => {
  const told: unknown[] = [];
  client.on('read', (event) => void told.push(event));
  client.on('typing', (event) => void told.push(event));
  client.on('presence', (event) => void told.push(event));
  const socket = await world.open();
  socket.says({ type: 302, msgSender: 'ann', msgReceiver: 'ben', msg: '', conversation: 'u:ann', seq: 4 });
  socket.says({ type: 303, msgSender: 'ann', msgReceiver: 'ben', msg: '', conversation: 'u:ann' });
  socket.says({ type: 304, msgSender: 'ann', msgReceiver: 'ben', msg: '', online: true });
  expect(told).toEqual([
    { conversation: 'u:ann', seq: 4, reader: 'ann' },
    { conversation: 'u:ann', key: 'ann' },
    { key: 'ann', online: true },
  ]);
});

test('where the server says that a push may be missing, the inbox is pulled', async () => {
  const socket = await world.open();
  const pulls = world.called('GET /v1/offline').length;
  world.inbox = [message(1), message(2)];
  socket.says({ type: 305, msgSender: '', msgReceiver: '', msg: '' });
  await world.clock.pass(0);
  expect(world.called('GET /v1/offline').length).toBe(pulls + 1);
  expect(shown()).toEqual([1, 2]);
});

test('who is not named after a reconnect has gone', async () => {
  const told: unknown[] = [];
  const socket = await world.open();
  for (const key of ['ann', 'cat']) socket.says({ type: 304, msgSender: key, online: true });
  socket.ends(1006);
  client.reconnectNow();
  client.on('presence', (event) => void told.push(event));
  await world.clock.pass(0);
  world.socket.says({ type: 201, ping: 25 });
  world.socket.says({ type: 304, msgSender: 'ann', online: true });
  await world.clock.pass(0);
  expect(told).toEqual([
    { key: 'ann', online: true },
    { key: 'cat', online: false },
  ]);
});

test('typing is told every three seconds at most, and only where there is a line', async () => {
  client.typing('u:ann');
  const socket = await world.open();
  for (let beat = 0; beat < 60; beat += 1) {
    client.typing('u:ann');
    await world.clock.pass(100);
  }
  expect(socket.sent.filter((frame) => frame['type'] === 303)).toEqual(
    Array(2).fill({ type: 303, conversation: 'u:ann' }),
  );
});
