import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { GodwitError, type Client, type ClientEvents, type Outgoing } from '../src/index.js';
import { Browser } from './kit/browser.js';
import { Outbox, type OutboxHost } from '../src/outbox.js';
import { MemoryTables } from '../src/storage/memory.js';
import { problem, World, type Call } from './kit/world.js';

let world: World;
let client: Client;
let stored: Record<string, unknown>[];

/** Answers as the server does: the first result again for a clientId that it knows. */
function store(call: Call): { status: number; body: unknown } {
  const body = call.body as Record<string, string>;
  const known = stored.find((message) => message['clientId'] === body['clientId']);
  const conversation = `${Number(body['type']) === 102 ? 'g' : 'u'}:${String(body['msgReceiver'])}`;
  const seq = stored.filter((message) => message['conversation'] === conversation).length + 1;
  const message = known ?? { ...body, conversation, seq, id: `id-${stored.length}`, time: world.clock.now() };
  if (!known) stored.push(message);
  const { id, time } = message as { id: string; time: number };
  return { status: known ? 200 : 201, body: { id, conversation, seq: message['seq'], time } };
}

const sends = (): string[] => world.called('POST /v1/messages').map((call) => (call.body as { msg: string }).msg);
const states = (): string[] => client.outbox.map((item) => `${item.msg} ${item.state}`);

beforeEach(async () => {
  world = new World();
  stored = [];
  world.on('POST /v1/messages', store);
  client = world.connect();
  await world.open();
});

describe('sending', () => {
  test('answers at once, shows the frame, then the list without it', async () => {
    const told: string[] = [];
    client.on(
      'frames',
      ({ frames, source }) => void told.push(`${source} ${frames[0]?.msg ?? ''} ${frames[0]?.clientId ?? ''}`),
    );
    client.on('outbox', ({ items }) => void told.push(`outbox ${items.map((item) => item.state).join()}`));
    const item = client.send({ conversation: 'g:crew', msg: 'hello', replyTo: 'r1' });
    expect(item).toMatchObject({ type: 102, receiver: 'crew', replyTo: 'r1', state: 'waiting', attempts: 0 });
    expect(item.clientId).toMatch(/^[0-9a-f]{32}$/);
    await world.clock.pass(0);
    expect(told).toEqual(['outbox waiting', 'outbox sending', `sent hello ${item.clientId}`, 'outbox ']);
    expect(stored).toMatchObject([
      { type: 102, msgReceiver: 'crew', msg: 'hello', replyTo: 'r1', sentAt: item.sentAt },
    ]);
  });

  test('keeps the order of each conversation, and lets at most four go side by side', async () => {
    const waiting: (() => void)[] = [];
    world.on('POST /v1/messages', async (call) => {
      await new Promise<void>((go) => waiting.push(go));
      return store(call);
    });
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) {
      client.send({ conversation: `u:${name}`, msg: `${name}1` });
      client.send({ conversation: `u:${name}`, msg: `${name}2` });
    }
    await world.clock.pass(0);
    expect(sends()).toEqual(['a1', 'b1', 'c1', 'd1']);
    for (let round = 0; round < 12; round += 1) {
      waiting.shift()?.();
      await world.clock.pass(0);
      expect(waiting.length).toBeLessThanOrEqual(4);
    }
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) {
      expect(
        stored.filter((message) => message['conversation'] === `u:${name}`).map((message) => message['msg']),
      ).toEqual([`${name}1`, `${name}2`]);
    }
  });

  test('a message that is there already by push is not shown again', async () => {
    const shown: string[] = [];
    client.on('frames', ({ frames }) => void shown.push(...frames.map((frame) => frame.id)));
    let go = (): void => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    world.on('POST /v1/messages', async (call) => {
      await gate;
      return store(call);
    });
    const { clientId } = client.send({ conversation: 'u:ann', msg: 'x' });
    await world.clock.pass(0);
    const frame = {
      type: 101,
      msgSender: 'ben',
      msgReceiver: 'ann',
      msg: 'x',
      id: 'id-0',
      conversation: 'u:ann',
      seq: 1,
      time: 1,
      clientId,
    };
    world.socket.says(frame);
    await world.clock.pass(0);
    expect(client.outbox).toEqual([]);
    go();
    await world.clock.pass(1000);
    expect(shown).toEqual(['id-0']);
    expect(client.outbox).toEqual([]);
  });

  test('a thousand are the bound', () => {
    world.online = false;
    for (let at = 0; at < 1000; at += 1) client.send({ conversation: 'u:ann', msg: 'x' });
    expect(() => client.send({ conversation: 'u:ann', msg: 'x' })).toThrow(new GodwitError({ code: 'outbox_full' }));
    expect(client.outbox).toHaveLength(1000);
  });

  test("nobody can write to one's own notices", () => {
    expect(() => client.send({ conversation: 's:', msg: 'x' })).toThrow('bad_conversation');
  });
});

describe('faults', () => {
  test('the same clientId and sentAt on every attempt, after full jitter', async () => {
    let tries = 0;
    world.on('POST /v1/messages', (call) => ((tries += 1) < 4 ? problem(503, 'unavailable', true) : store(call)));
    client.send({ conversation: 'u:ann', msg: 'x' });
    await world.clock.pass(0);
    expect(states()).toEqual(['x waiting']);
    await world.clock.pass(499);
    expect(tries).toBe(1);
    await world.clock.pass(1 + 1000 + 2000);
    expect(tries).toBe(4);
    const bodies = world.called('POST /v1/messages').map((call) => JSON.stringify(call.body));
    expect(new Set(bodies).size).toBe(1);
    expect(client.outbox).toEqual([]);
  });

  test('Retry-After is waited for', async () => {
    let tries = 0;
    world.on('POST /v1/messages', (call) => {
      tries += 1;
      return tries > 1 ? store(call) : { ...problem(429, 'rate_limited', true), headers: { 'Retry-After': '7' } };
    });
    client.send({ conversation: 'u:ann', msg: 'x' });
    await world.clock.pass(6999);
    expect(tries).toBe(1);
    await world.clock.pass(1);
    expect(tries).toBe(2);
  });

  test('Retry-After is kept also when the line comes back', async () => {
    let tries = 0;
    world.on('POST /v1/messages', (call) => {
      tries += 1;
      return tries > 1 ? store(call) : { ...problem(429, 'rate_limited', true), headers: { 'Retry-After': '7' } };
    });
    client.send({ conversation: 'u:ann', msg: 'x' });
    await world.clock.pass(0);
    world.socket.ends(1006);
    client.reconnectNow();
    await world.open();
    await world.clock.pass(5000);
    expect(tries).toBe(1);
    await world.clock.pass(2000);
    expect(tries).toBe(2);
  });

  test('a refused one steps aside, is kept, and goes again when it is told to', async () => {
    world.on('POST /v1/messages', (call) =>
      (call.body as { msg: string }).msg === 'bad' ? problem(403, 'muted') : store(call),
    );
    const bad = client.send({ conversation: 'u:ann', msg: 'bad' });
    client.send({ conversation: 'u:ann', msg: 'good' });
    await world.clock.pass(0);
    expect(stored.map((message) => message['msg'])).toEqual(['good']);
    expect(client.outbox).toMatchObject([{ msg: 'bad', state: 'failed', error: { code: 'muted' } }]);
    world.on('POST /v1/messages', store);
    client.retry(bad.clientId);
    await world.clock.pass(0);
    expect(stored.map((message) => message['msg'])).toEqual(['good', 'bad']);
    expect(client.outbox).toEqual([]);
  });

  test('a discarded one is gone', async () => {
    world.on('POST /v1/messages', () => problem(409, 'client_id_reused'));
    const { clientId } = client.send({ conversation: 'u:ann', msg: 'x' });
    await world.clock.pass(0);
    expect(client.outbox[0]?.error?.code).toBe('client_id_reused');
    client.discard(clientId);
    expect(client.outbox).toEqual([]);
  });

  test('an internal error is tried again, but not for ever', async () => {
    world.on('POST /v1/messages', () => problem(500, 'internal'));
    client.send({ conversation: 'u:ann', msg: 'x' });
    await world.clock.pass(300_000);
    expect(sends()).toHaveLength(8);
    expect(states()).toEqual(['x failed']);
  });

  test('without a network it waits, and the network brings it at once', async () => {
    world.online = false;
    world.window.dispatchEvent(new Event('offline'));
    client.send({ conversation: 'u:ann', msg: 'x' });
    await world.clock.pass(10_000);
    expect(sends()).toEqual([]);
    world.online = true;
    world.window.dispatchEvent(new Event('online'));
    await world.clock.pass(0);
    expect(sends()).toEqual(['x']);
  });

  test('a dead login ends the connection and fails nothing', async () => {
    world.on('POST /v1/messages', () => problem(401, 'unauthenticated'));
    client.send({ conversation: 'u:ann', msg: 'x' });
    await world.clock.pass(60_000);
    expect(client.state).toMatchObject({ status: 'ended', reason: 'unauthenticated' });
    expect(states()).toEqual(['x waiting']);
    expect(sends()).toHaveLength(1);
  });

  test('where only the socket was replaced, sending goes on', async () => {
    world.socket.ends(4505);
    client.send({ conversation: 'u:ann', msg: 'x' });
    await world.clock.pass(0);
    expect(sends()).toEqual(['x']);
  });
});

test('a message keeps the id that a program gave it, and given twice is one', async () => {
  world.online = false;
  const first = client.send({ conversation: 'u:ann', msg: 'once', clientId: 'order-7' });
  const again = client.send({ conversation: 'u:ann', msg: 'once', clientId: 'order-7' });
  expect([first.clientId, again.clientId]).toEqual(['order-7', 'order-7']);
  expect(client.outbox).toHaveLength(1);
  expect(() => client.send({ conversation: 'u:ann', msg: 'other', clientId: 'order-7' })).toThrow('client_id_reused');
});

test('what was written in one millisecond keeps its order over a reload, however much was written before', async () => {
  const tables = new MemoryTables();
  const host = { ...world, tables, me: 'ben', api: client.api, random: () => 0.5, onLine: () => true } as unknown as OutboxHost;
  const quiet = { ...host, changed: () => undefined, sent: () => undefined, refused: () => false };
  const first = new Outbox(quiet);
  const add = (msg: string) => first.add({ conversation: 'u:ann', msg });
  for (let n = 1; n <= 998; n += 1) first.discard(add(`gone ${n}`).item.clientId);
  const texts = ['a', 'b', 'c', 'd', 'e'];
  await Promise.all(texts.map((msg) => add(msg).stored));
  const second = new Outbox(quiet);
  await second.load();
  expect(second.items.map((item) => item.msg)).toEqual(texts);
});

describe('a reload', () => {
  let browser: Browser;
  let storageLost = 0;
  afterEach(() => expect(storageLost).toBe(0));
  const start = async (
    persistent: boolean,
  ): Promise<{ client: Client; seen: ClientEvents['frames'][]; crash: () => void }> => {
    const { locks: _locks, BroadcastChannel: _channel, ...tab } = browser.tab();
    const again = world.connect({ persistent }, tab);
    const seen: ClientEvents['frames'][] = [];
    again.on('frames', (event) => void seen.push(event));
    again.on('storage', () => void (storageLost += 1));
    await world.open();
    return { client: again, seen, crash: tab.crash };
  };
  const items = (of: Client): [string, Outgoing['state']][] => of.outbox.map((item) => [item.msg, item.state]);

  beforeEach(async () => {
    browser = new Browser();
    await client.close();
  });

  test.each([true, false])(
    'keeps what was not sent, in order, and sends it once (persistent: %s)',
    async (persistent) => {
      world.on('POST /v1/messages', () => problem(503, 'unavailable', true));
      const first = await start(persistent);
      for (const msg of ['1', '2', '3', '4']) first.client.send({ conversation: 'u:ann', msg });
      await world.clock.pass(100);
      const ids = first.client.outbox.map((item) => item.clientId);
      await first.client.close();
      world.calls.length = 0;
      world.on('POST /v1/messages', store);
      const second = await start(persistent);
      second.client.send({ conversation: 'u:ann', msg: '5' });
      await world.clock.pass(1000);
      expect(stored.map((message) => message['msg'])).toEqual(['1', '2', '3', '4', '5']);
      expect(stored.slice(0, 4).map((message) => message['clientId'])).toEqual(ids);
      expect(second.seen.flatMap((event) => event.frames.map((frame) => frame.msg))).toEqual(['1', '2', '3', '4', '5']);
      await second.client.close();
      const third = await start(persistent);
      await world.clock.pass(1000);
      expect(third.client.outbox).toEqual([]);
      expect(sends()).toHaveLength(5);
    },
  );

  test('keeps the failed ones as failed', async () => {
    world.on('POST /v1/messages', () => problem(403, 'blocked'));
    const first = await start(true);
    first.client.send({ conversation: 'u:ann', msg: 'x' });
    await world.clock.pass(100);
    await first.client.close();
    const second = await start(true);
    await world.clock.pass(100);
    expect(items(second.client)).toEqual([['x', 'failed']]);
    expect(second.client.outbox[0]?.error?.code).toBe('blocked');
    expect(sends()).toHaveLength(1);
  });
});
