import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Client, ConnectionState, Login } from '../src/index.js';
import { befriend, isOpen, loginAgain, person, until, watch, type Watched } from './kit/people.js';
import { Proxy } from './kit/proxy.js';
import { Server } from './kit/server.js';

let server: Server;
let proxy: Proxy;
let ann: Login;
let ben: Login;
const clients: Client[] = [];

beforeEach(async () => {
  server = await new Server().start();
  proxy = await new Proxy(() => server.url).start();
  [ann, ben] = [await person(server.url, 'ann'), await person(server.url, 'ben')];
  await befriend(server.url, ann, ben);
});

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await proxy.stop();
  await server.remove();
});

function open(login: Login, url = server.url): Watched {
  const watched = watch(url, login, { random: () => Math.random() * 0.2 });
  clients.push(watched.client);
  return watched;
}

const texts = (count: number, from = 0): string[] => Array.from({ length: count }, (_, at) => `message ${from + at}`);
const to = (login: Login): string => `u:${login.user.key}`;

/** Told by the event: a client may be back before anybody looks at its state. */
function leavesOpen(client: Client): Promise<void> {
  return new Promise((resolve) => {
    const stop = client.on('state', ({ status }) => {
      if (status === 'open') return;
      stop();
      resolve();
    });
  });
}

test('kill -9 while 500 messages are sent: none lost, none twice, in order', async () => {
  const [a, b] = [open(ann), open(ben)];
  await Promise.all([isOpen(a.client), isOpen(b.client)]);
  for (const msg of texts(500)) a.client.send({ conversation: to(ben), msg });
  await until('some have come', () => b.texts(to(ann)).length > 50);
  await server.kill();
  expect(b.texts(to(ann)).length).toBeLessThan(500);
  await until('both have noticed', () => a.client.state.status !== 'open' && b.client.state.status !== 'open');
  await server.start();
  await until('the rest has come', () => b.texts(to(ann)).length >= 500, 25_000);
  await until('nothing is on its way', () => a.client.outbox.length === 0);
  expect(b.texts(to(ann))).toEqual(texts(500));
  expect(a.texts(to(ben))).toEqual(texts(500));
});

test('twenty cuts of the socket lose and repeat nothing', async () => {
  const [a, b] = [open(ann), open(ben, proxy.url)];
  await Promise.all([isOpen(a.client), isOpen(b.client)]);
  for (let round = 0; round < 20; round += 1) {
    for (const msg of texts(10, round * 10)) a.client.send({ conversation: to(ben), msg });
    const noticed = leavesOpen(b.client);
    proxy.cut();
    await noticed;
    b.client.reconnectNow();
    await isOpen(b.client);
  }
  await until('all have come', () => b.texts(to(ann)).length >= 200);
  expect(b.texts(to(ann))).toEqual(texts(200));
});

test('a message whose answer is lost is sent again with the same clientId and exists once', async () => {
  const [a, b] = [open(ann, proxy.url), open(ben)];
  await Promise.all([isOpen(a.client), isOpen(b.client)]);
  proxy.loses = (call) => call.method === 'POST' && call.url === '/v1/messages' && proxy.answersLost < 3;
  for (const msg of texts(5)) a.client.send({ conversation: to(ben), msg });
  await until('all are answered', () => a.client.outbox.length === 0);
  expect(proxy.answersLost).toBe(3);
  await until('all have come', () => b.texts(to(ann)).length >= 5);
  const { frames } = await b.client.history(to(ann));
  expect(frames.map((frame) => frame.msg)).toEqual(texts(5));
  expect(b.texts(to(ann))).toEqual(texts(5));
  expect(a.texts(to(ben))).toEqual(texts(5));
});

test('whoever was away is shown what was missed, in order, with what follows behind it', async () => {
  const a = open(ann);
  await isOpen(a.client);
  const first = open(ben);
  await isOpen(first.client);
  await first.client.close();
  for (const msg of texts(30)) a.client.send({ conversation: to(ben), msg });
  await until('they are stored', () => a.client.outbox.length === 0);
  const b = open(ben);
  for (const msg of texts(30, 30)) a.client.send({ conversation: to(ben), msg });
  await until('all have come', () => b.texts(to(ann)).length >= 60);
  expect(b.texts(to(ann))).toEqual(texts(60));
});

test('what was shown is acknowledged: the inbox is empty afterwards', async () => {
  const [a, b] = [open(ann), open(ben)];
  await Promise.all([isOpen(a.client), isOpen(b.client)]);
  for (const msg of texts(20)) a.client.send({ conversation: to(ben), msg });
  await until('all have come', () => b.texts(to(ann)).length === 20);
  await until('the inbox is empty', async () => (await b.client.api.offline()).items.length === 0);
});

test('nothing is acknowledged before its handler is done', async () => {
  const [a, b] = [open(ann), open(ben)];
  await Promise.all([isOpen(a.client), isOpen(b.client)]);
  await until('requests are settled', async () => (await b.client.api.offline()).items.length === 0);
  let done = (): void => undefined;
  const handling = new Promise<void>((resolve) => (done = resolve));
  b.client.on('frames', () => handling);
  a.client.send({ conversation: to(ben), msg: 'wait' });
  await until('it has come', () => b.texts(to(ann)).length === 1);
  await new Promise((later) => setTimeout(later, 500));
  expect((await b.client.api.offline()).items).toHaveLength(1);
  done();
  await until('it is acknowledged', async () => (await b.client.api.offline()).items.length === 0);
});

test('a connection replaced while a handler runs shows nothing twice and keeps the order', async () => {
  const [a, b] = [open(ann), open(ben, proxy.url)];
  await Promise.all([isOpen(a.client), isOpen(b.client)]);
  const shown: string[] = [];
  let inside = 0;
  b.client.on('frames', async ({ frames }) => {
    expect((inside += 1)).toBe(1);
    await new Promise((later) => setTimeout(later, 20));
    shown.push(...frames.filter((frame) => frame.type === 101).map((frame) => frame.msg));
    inside -= 1;
  });
  for (let round = 0; round < 5; round += 1) {
    for (const msg of texts(5, round * 5)) a.client.send({ conversation: to(ben), msg });
    await until('a handler runs', () => inside === 1);
    const noticed = leavesOpen(b.client);
    proxy.cut();
    await noticed;
    b.client.reconnectNow();
    await isOpen(b.client);
  }
  await until('all are shown', () => shown.length >= 25);
  expect(shown).toEqual(texts(25));
});

test('a newer socket of the session replaces the older, which stays away until it is told to take over', async () => {
  const older = open(ben);
  await isOpen(older.client);
  const newer = open(ben);
  await until('replaced', () => older.client.state.status === 'ended');
  expect(older.client.state).toMatchObject({ reason: 'replaced', code: 4505 });
  await isOpen(newer.client);
  older.client.takeOver();
  await until('replaced back', () => newer.client.state.status === 'ended');
  expect(newer.client.state.reason).toBe('replaced');
  await isOpen(older.client);
});

test('a login of the same device ends the session; so does a log-out elsewhere', async () => {
  const first = open(ben);
  await isOpen(first.client);
  const again = await loginAgain(server.url, ben.user.key, 'device-1');
  await until('ended', () => first.client.state.status === 'ended');
  expect(first.client.state).toMatchObject({ reason: 'session_ended', code: 4502 });
  const second = open(again);
  await isOpen(second.client);
  const phone = open(await loginAgain(server.url, ben.user.key, 'phone'));
  await phone.client.api.endSession(again.session.id);
  await until('ended', () => second.client.state.status === 'ended');
  expect(second.client.state.reason).toBe('session_ended');
});

test('a login that died while nobody listened is found out, and what is unsent stays', async () => {
  const states: ConnectionState[] = [];
  const elsewhere = open(await loginAgain(server.url, ben.user.key, 'phone'));
  await elsewhere.client.api.endSession(ben.session.id);
  const dead = open(ben);
  dead.client.on('state', (state) => void states.push(state));
  dead.client.send({ conversation: to(ann), msg: 'later' });
  await until('ended', () => dead.client.state.status === 'ended');
  expect(dead.client.state.reason).toBe('unauthenticated');
  expect(dead.client.outbox).toMatchObject([{ msg: 'later', state: 'waiting' }]);
});

test('logging out ends the session on the server', async () => {
  const b = open(ben);
  await isOpen(b.client);
  await b.client.logout();
  expect(b.client.state).toMatchObject({ status: 'ended', reason: 'session_ended' });
  await expect(b.client.api.me()).rejects.toMatchObject({ code: 'unauthenticated', status: 401 });
});

test('a server that drains is come back to', async () => {
  const b = open(ben);
  await isOpen(b.client);
  const codes: ConnectionState[] = [];
  b.client.on('state', (state) => void codes.push(state));
  await server.terminate();
  await until('it waits', () => codes.some((state) => state.status === 'waiting'));
  await server.start();
  await isOpen(b.client);
});
