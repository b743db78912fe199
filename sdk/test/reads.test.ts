import { beforeEach, expect, test } from 'vitest';
import type { Client } from '../src/index.js';
import { problem, World } from './kit/world.js';

const READ = 'PUT /v1/conversations/*/read';
let world: World;
let client: Client;

const told = (): [string, number][] =>
  world
    .called(READ)
    .map((call) => [decodeURIComponent(call.path.split('/')[3] ?? ''), (call.body as { seq: number }).seq]);

beforeEach(async () => {
  world = new World();
  world.on(READ, (call) => ({ body: { conversation: 'x', readSeq: (call.body as { seq: number }).seq } }));
  client = world.connect();
  await world.open();
});

test('the highest counts, two calls a second at most', async () => {
  for (let seq = 1; seq <= 100; seq += 1) {
    client.markRead('u:ann', seq);
    await world.clock.pass(20);
  }
  await world.clock.pass(1000);
  expect(told().length).toBeLessThanOrEqual(5);
  expect(told()[0]).toEqual(['u:ann', 1]);
  expect(told().at(-1)).toEqual(['u:ann', 100]);
});

test('it never moves back', async () => {
  client.markRead('u:ann', 9);
  await world.clock.pass(1000);
  client.markRead('u:ann', 5);
  client.markRead('u:ann', 9);
  await world.clock.pass(1000);
  expect(told()).toEqual([['u:ann', 9]]);
});

test('several conversations take turns', async () => {
  for (const name of ['u:a', 'g:b', 'u:c']) client.markRead(name, 1);
  await world.clock.pass(2000);
  expect(told()).toEqual([
    ['u:a', 1],
    ['g:b', 1],
    ['u:c', 1],
  ]);
});

test('what could not be told is told after the reconnect', async () => {
  world.on(READ, () => problem(503, 'unavailable', true));
  client.markRead('u:ann', 3);
  await world.clock.pass(0);
  world.on(READ, () => ({ body: { conversation: 'u:ann', readSeq: 3 } }));
  world.socket.ends(1006);
  client.reconnectNow();
  await world.open();
  await world.clock.pass(6000);
  expect(told()).toEqual([
    ['u:ann', 3],
    ['u:ann', 3],
  ]);
});

test('what is refused is not asked again', async () => {
  world.on(READ, () => problem(404, 'not_found'));
  client.markRead('u:ann', 3);
  await world.clock.pass(60_000);
  expect(told()).toHaveLength(1);
});
