import { afterAll, beforeAll, expect, test } from 'vitest';
import { befriend, isOpen, person, until, watch } from './kit/people.js';
import { Server } from './kit/server.js';

const server = new Server();
beforeAll(() => server.start().then(() => undefined));
afterAll(() => server.remove());

test('two people talk both ways', async () => {
  const [a, b] = [await person(server.url, 'ann'), await person(server.url, 'ben')];
  await befriend(server.url, a, b);
  const ann = watch(server.url, a);
  const ben = watch(server.url, b);
  await Promise.all([isOpen(ann.client), isOpen(ben.client)]);
  const toBen = `u:${b.user.key}`;
  const toAnn = `u:${a.user.key}`;
  const item = ann.client.send({ conversation: toBen, msg: 'hello' });
  expect(item).toMatchObject({ state: 'waiting', type: 101, receiver: b.user.key, msg: 'hello', attempts: 0 });
  await until('ben reads', () => ben.texts(toAnn).length === 1);
  ben.client.send({ conversation: toAnn, msg: 'good morning' });
  await until('both have both', () => ann.texts(toBen).length === 2 && ben.texts(toAnn).length === 2);
  expect(ann.texts(toBen)).toEqual(['hello', 'good morning']);
  expect(ben.texts(toAnn)).toEqual(['hello', 'good morning']);
  expect(ann.client.outbox).toEqual([]);
  await Promise.all([ann.client.close(), ben.client.close()]);
});
