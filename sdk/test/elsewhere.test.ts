import { beforeEach, expect, test } from 'vitest';
import type { Client } from '../src/index.js';
import { loginOf, problem, World, type Call } from './kit/world.js';

// A server that wants sockets at its nodes: each is asked for, and opened with a ticket.

let world: World;
let client: Client;
let tickets: number;

const direct = () => ({ ...loginOf('ben'), sockets: 'direct' as const });
const avoided = () => world.called('POST /v1/sockets').map(({ body }) => (body as { avoid?: string }).avoid);
const places = () => world.sockets.map(({ url, protocols }) => [url, protocols[1]]);

beforeEach(() => {
  world = new World();
  tickets = 0;
  world.on('POST /v1/sockets', ({ body }: Call) => {
    const node = (body as { avoid?: string }).avoid === 'one' ? 'two' : 'one';
    tickets += 1;
    const offer = { url: `wss://${node}.example/v1/socket`, ticket: `t${tickets}`, node, expiresAt: 1 };
    return { status: 201, body: offer };
  });
  client = world.connect({ login: direct() });
});

test('opens the socket where it is told, with the ticket for the token', async () => {
  await world.open();
  expect(places()).toEqual([['wss://one.example/v1/socket', 'bearer.t1']]);
  expect(world.socket.protocols[0]).toBe('godwit.v1');
  expect(client.state).toEqual({ status: 'open', attempt: 0 });
});

test('a login that says nothing of it asks nothing', async () => {
  for (const login of [loginOf('ben'), { ...loginOf('ben'), sockets: 'relay' as const }]) {
    const other = new World();
    other.connect({ login });
    await other.open();
    expect(other.socket.url).toBe('ws://fake/v1/socket');
    expect(other.called('POST /v1/sockets')).toEqual([]);
  }
});

test('asks anew for each socket; a node that closed properly may be named again', async () => {
  await world.open();
  world.socket.ends(4001, '{"delayMs":10}');
  await world.clock.pass(10);
  expect(avoided()).toEqual([undefined, undefined]);
  expect(places()[1]).toEqual(['wss://one.example/v1/socket', 'bearer.t2']);
});

test('a node that was lost without a word, or not reached, is avoided', async () => {
  await world.open();
  world.socket.ends(1006);
  await world.clock.pass(500);
  expect(avoided()).toEqual([undefined, 'one']);
  expect(world.socket.url).toBe('wss://two.example/v1/socket');
  world.socket.ends(1006);
  await world.clock.pass(1000);
  expect(world.socket.url).toBe('ws://fake/v1/socket'); // the third attempt: by the gateway
  world.socket.ends(1006);
  await world.clock.pass(2000);
  expect(world.socket.url).toBe('wss://one.example/v1/socket');
});

test('of three attempts in a row the third goes by the gateway, with the token', async () => {
  await world.clock.pass(0);
  for (let attempt = 0; attempt < 5; attempt += 1) {
    world.socket.ends(1006);
    await world.clock.pass(15_000);
  }
  expect(places().map(([, bearer]) => bearer)).toEqual([
    'bearer.t1',
    'bearer.t2',
    'bearer.token',
    'bearer.t3',
    'bearer.t4',
    'bearer.token',
  ]);
});

test.each([
  ['relays after all', () => problem(404, 'not_found')],
  ['knows no node', () => problem(503, 'unavailable', true)],
])('a server that %s is connected to itself', async (_, answer) => {
  await world.open();
  world.on('POST /v1/sockets', answer);
  world.socket.ends(1006);
  await world.clock.pass(500);
  await world.open();
  expect(places().at(-1)).toEqual(['ws://fake/v1/socket', 'bearer.token']);
  expect(client.state.status).toBe('open');
});

test('a login that is dead ends it', async () => {
  world.on('POST /v1/sockets', () => problem(401, 'unauthenticated'));
  await world.open();
  world.socket.ends(1006);
  await world.clock.pass(500);
  expect(client.state).toMatchObject({ status: 'ended', reason: 'unauthenticated' });
  await world.clock.pass(120_000);
  expect(world.sockets).toHaveLength(1);
});

test('while it is asked nothing else is tried, and an answer that comes too late opens nothing', async () => {
  await world.open();
  let answer = (_: { status: number; body: unknown }): void => undefined;
  world.on('POST /v1/sockets', () => new Promise((resolve) => (answer = resolve)));
  world.socket.ends(1006);
  await world.clock.pass(500);
  expect(world.called('POST /v1/sockets')).toHaveLength(2);
  client.reconnectNow();
  await world.clock.pass(100);
  expect(world.called('POST /v1/sockets')).toHaveLength(2);
  await client.close();
  answer({ status: 201, body: { url: 'wss://one.example/v1/socket', ticket: 'late', node: 'one', expiresAt: 1 } });
  await world.clock.pass(60_000);
  expect(world.sockets).toHaveLength(1);
});

test('a server that does not answer is given up and tried again', async () => {
  world.on('POST /v1/sockets', () => new Promise(() => undefined));
  const other = world.connect({ login: direct() });
  await world.clock.pass(15_000);
  expect(other.state.status).toBe('waiting');
  await world.clock.pass(500);
  expect(other.state.status).toBe('connecting');
});

test('an address that may not even be tried is no end', async () => {
  world.on('POST /v1/sockets', () => ({ status: 201, body: { url: 'no url', ticket: 't', node: 'one', expiresAt: 1 } }));
  const opened: string[] = [];
  const WebSocket = class {
    constructor(url: string) {
      opened.push(url);
      if (url === 'no url') throw new SyntaxError(url);
    }
  };
  const other = world.connect({ login: direct(), WebSocket });
  await world.clock.pass(0);
  expect(other.state.status).toBe('waiting');
  await world.clock.pass(2000);
  expect(opened).toEqual(['no url', 'no url', 'ws://fake/v1/socket']);
});
