import { beforeEach, expect, test } from 'vitest';
import { GodwitError, type Client, type ConnectionState } from '../src/index.js';
import { loginOf, problem, World } from './kit/world.js';

let world: World;
let client: Client;
let states: ConnectionState[];

beforeEach(() => {
  world = new World();
  client = world.connect();
  states = [];
  client.on('state', (state) => void states.push(state));
});

test('asks for the protocol and gives the token as a subprotocol', async () => {
  await world.open();
  expect(world.socket.url).toBe('ws://fake/v1/socket');
  expect(world.socket.protocols).toEqual(['godwit.v1', 'bearer.token']);
  expect(client.state).toEqual({ status: 'open', attempt: 0 });
});

test('waits a random part of a bound that doubles to 30 s, and begins anew after a 201', async () => {
  await world.clock.pass(0);
  const waits: number[] = [];
  for (let attempt = 0; attempt < 8; attempt += 1) {
    world.socket.ends(1006);
    expect(client.state.status).toBe('waiting');
    waits.push((client.state.retryAt ?? 0) - world.clock.now());
    await world.clock.pass(15_000);
  }
  expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
  await world.open();
  world.socket.ends(1006);
  expect(client.state).toMatchObject({ attempt: 1, retryAt: world.clock.now() + 500 });
});

test('an open socket without a 201 is no success', async () => {
  await world.clock.pass(0);
  await world.clock.pass(15_000);
  expect(world.sockets[0]?.closedWith).toBe(1000);
  expect(client.state.status).toBe('waiting');
});

test.each([
  [4501, 'expired'],
  [4502, 'session_ended'],
  [4503, 'too_many'],
  [4504, 'protocol'],
  [4505, 'replaced'],
  [4777, 'protocol'],
  [1002, 'protocol'],
  [1007, 'protocol'],
  [1009, 'protocol'],
])('%i ends it: %s', async (code, reason) => {
  await world.open();
  world.socket.ends(code);
  expect(client.state).toMatchObject({ status: 'ended', reason, code });
  await world.clock.pass(120_000);
  expect(world.sockets).toHaveLength(1);
});

test.each([4000, 4002, 4003, 4499, 1000, 1001, 1006, 1011, 1012])('%i is come back from', async (code) => {
  await world.open();
  world.socket.ends(code);
  await world.clock.pass(500);
  expect(world.sockets).toHaveLength(2);
});

test('4001 says itself how long to wait', async () => {
  await world.open();
  world.socket.ends(4001, '{"delayMs":1200}');
  await world.clock.pass(1199);
  expect(world.sockets).toHaveLength(1);
  await world.clock.pass(1);
  expect(world.sockets).toHaveLength(2);
});

test.each(['', 'nonsense', '{"delayMs":"soon"}', '{"delayMs":9e9}', '{"delayMs":-1}'])(
  '4001 with %j comes back within a minute',
  async (reason) => {
    await world.open();
    world.socket.ends(4001, reason);
    await world.clock.pass(60_000);
    expect(world.sockets.length).toBeGreaterThan(1);
  },
);

test('where the close code is lost, the 202 before it counts', async () => {
  await world.open();
  world.socket.says({ type: 202, msgSender: '', msgReceiver: '', msg: 'Ended.', code: 'session_ended' });
  world.socket.ends(1006);
  expect(client.state).toMatchObject({ status: 'ended', reason: 'session_ended' });
});

test('a handshake that comes to nothing asks whether the login lives', async () => {
  world.on('GET /v1/me', () => problem(401, 'unauthenticated'));
  await world.clock.pass(0);
  world.socket.ends(1006);
  await world.clock.pass(0);
  expect(client.state).toMatchObject({ status: 'ended', reason: 'unauthenticated' });
});

test('a 503 or silence says nothing about the login', async () => {
  world.on('GET /v1/me', () => problem(503, 'unavailable', true));
  await world.clock.pass(0);
  world.socket.ends(1006);
  await world.clock.pass(500);
  expect(world.sockets).toHaveLength(2);
});

test('without a network it waits for the network, which brings it back at once', async () => {
  await world.open();
  world.online = false;
  world.window.dispatchEvent(new Event('offline'));
  expect(client.state.status).toBe('offline');
  expect(world.socket.closedWith).toBe(1000);
  await world.clock.pass(20_000);
  expect(world.sockets).toHaveLength(1);
  world.online = true;
  world.window.dispatchEvent(new Event('online'));
  expect(world.sockets).toHaveLength(2);
  await world.open();
  expect(client.state.status).toBe('open');
});

test('a device that wrongly thinks it has no network still gets through', async () => {
  world.online = false;
  const other = world.connect({}, { onLine: () => false });
  world.online = true;
  await world.open();
  expect(other.state.status).toBe('open');
});

test('pressing "now" does not wait', async () => {
  await world.open();
  world.socket.ends(1006);
  client.reconnectNow();
  expect(world.sockets).toHaveLength(2);
  expect(states.map((state) => state.status)).toEqual(['open', 'waiting', 'connecting']);
});

test('after sleep the old socket is not trusted', async () => {
  await world.open();
  world.clock.sleep(3_600_000);
  await world.clock.pass(0);
  expect(world.sockets[0]?.closedWith).toBe(1000);
  expect(world.sockets).toHaveLength(2);
});

test('a network that comes back probes the line: an inbox with what was never pushed means it is dead', async () => {
  await world.open();
  world.window.dispatchEvent(new Event('online'));
  await world.clock.pass(2000);
  expect(world.sockets).toHaveLength(1);
  world.inbox = [
    { type: 101, msgSender: 'ann', msgReceiver: 'ben', msg: 'lost?', id: 'x', conversation: 'u:ann', seq: 1, time: 1 },
  ];
  world.window.dispatchEvent(new Event('online'));
  await world.clock.pass(2000);
  expect(world.sockets).toHaveLength(2);
});

test('what an abandoned socket says counts for nothing', async () => {
  let heard = 0;
  client.on('presence', () => void (heard += 1));
  const old = await world.open();
  old.ends(1006);
  client.reconnectNow();
  await world.open();
  old.ends(4502);
  old.says({ type: 304, msgSender: 'ann', online: true });
  expect(client.state.status).toBe('open');
  expect(heard).toBe(0);
});

test('nonsense on the socket is passed over', async () => {
  const socket = await world.open();
  for (const data of ['', '[]', 'null', '{"type":"101"}', '{"type":999,"id":"a"}', '{"type":101}'])
    socket.onmessage?.({ data });
  await world.clock.pass(1000);
  expect(client.state.status).toBe('open');
});

test('the end of the login is told five minutes before', async () => {
  const expiresAt = world.clock.now() + 40 * 86_400_000;
  const short = world.connect({ login: loginOf('ben', 's2', expiresAt) });
  const told: number[] = [];
  short.on('expiring', (event) => void told.push(world.clock.now() - event.expiresAt));
  world.clock.sleep(40 * 86_400_000 - 600_000 - 20_000);
  await world.clock.pass(30_000);
  expect(told).toEqual([]);
  await world.clock.pass(300_000);
  expect(told).toHaveLength(1);
});

test('without a WebSocket there is nothing to connect with', () => {
  expect(() => new World().connect({ WebSocket: undefined }, { WebSocket: undefined })).toThrow(GodwitError);
});

test('closing ends it without a word', async () => {
  await world.open();
  await client.close();
  expect(world.socket.closedWith).toBe(1000);
  await world.clock.pass(60_000);
  expect(world.sockets).toHaveLength(1);
  expect(() => client.send({ conversation: 'u:ann', msg: 'x' })).toThrow('closed');
});

test('sockets that do not get through while calls are answered are told apart from a server that is away', async () => {
  await world.clock.pass(0);
  world.socket.ends(1006);
  await world.clock.pass(0);
  expect(client.state).not.toHaveProperty('blocked');
  await world.clock.pass(1000);
  world.socket.ends(1006);
  await world.clock.pass(0);
  expect(client.state).toMatchObject({ status: 'waiting', blocked: true });
  world.on('GET /v1/me', () => problem(503, 'unavailable', true));
  await world.clock.pass(2000);
  expect(client.state).toMatchObject({ status: 'connecting', blocked: true });
  world.socket.ends(1006);
  await world.clock.pass(15_000);
  expect(client.state).not.toHaveProperty('blocked');
});

test('a handshake that hangs counts as one that came to nothing, and a 201 ends it', async () => {
  await world.clock.pass(40_000);
  expect(client.state).toMatchObject({ blocked: true });
  await world.open();
  expect(client.state).toEqual({ status: 'open', attempt: 0 });
});

test('typing is told at once again after a send', async () => {
  const socket = await world.open();
  const told = () => socket.sent.filter((frame) => frame['type'] === 303).length;
  client.typing('u:ann');
  client.typing('u:ann');
  expect(told()).toBe(1);
  client.send({ conversation: 'u:ann', msg: 'x' });
  client.typing('u:ann');
  expect(told()).toBe(2);
});
