import { afterAll, beforeAll, expect, test } from 'vitest';
import { all, GodwitApi, type Login } from '../src/index.js';
import { befriend, person, until } from './kit/people.js';
import { Server } from './kit/server.js';

const server = new Server();
let ann: Login;
let ben: Login;
let a: GodwitApi;
let b: GodwitApi;

beforeAll(async () => {
  await server.start();
  [ann, ben] = [await person(server.url, 'ann'), await person(server.url, 'ben')];
  [a, b] = [ann, ben].map(({ token }) => new GodwitApi({ url: server.url, token })) as [GodwitApi, GodwitApi];
});
afterAll(() => server.remove());

test('accounts and sessions', async () => {
  expect(await a.health()).toEqual({ status: 'ok' });
  expect((await a.me()).key).toBe(ann.user.key);
  expect((await a.updateMe({ name: 'Ann Ä', bio: 'at sea' })).name).toBe('Ann Ä');
  expect((await b.user(ann.user.key)).bio).toBe('at sea');
  expect((await b.findUsers('Ann Ä')).items.map((user) => user.key)).toContain(ann.user.key);
  const { session } = await a.login({ key: ann.user.key, password: 'correct horse battery', device: { id: 'other' } });
  expect((await a.sessions()).items.map((one) => one.id).sort()).toEqual([ann.session.id, session.id].sort());
  await a.endSession(session.id);
  expect((await a.sessions()).items.map((one) => one.id)).toEqual([ann.session.id]);
  expect(await a.changePassword({ old: 'correct horse battery', new: 'battery staple' })).toMatchObject({
    key: ann.user.key,
  });
  await expect(a.changePassword({ old: 'wrong', new: 'battery staple' })).rejects.toMatchObject({
    status: 403,
    code: 'bad_credentials',
  });
  await expect(a.register({ key: ann.user.key, password: 'x'.repeat(8) })).rejects.toMatchObject({
    status: 409,
    code: 'key_taken',
  });
  const error = await a.register({ key: 'x', password: 'y' }).catch((refused: unknown) => refused);
  expect(error).toMatchObject({
    status: 422,
    code: 'invalid_fields',
    fields: { key: expect.any(String), password: expect.any(String) },
  });
});

test('friends, requests, blocks', async () => {
  const cat = await person(server.url, 'cat');
  const c = new GodwitApi({ url: server.url, token: cat.token });
  const request = await c.requestFriend(ben.user.key, 'hi');
  expect(request).toMatchObject({ state: 'pending', note: 'hi' });
  expect((await b.friendRequests()).items.map((one) => one.id)).toContain(request.id);
  expect((await c.friendRequests('out', { limit: 1 })).items).toHaveLength(1);
  expect((await b.rejectFriend(request.id)).state).toBe('rejected');
  const second = await c.requestFriend(ben.user.key);
  expect((await b.approveFriend(second.id)).state).toBe('approved');
  expect((await b.setAlias(cat.user.key, 'Kitty')).alias).toBe('Kitty');
  expect((await all((page) => b.friends(page))).map((friend) => friend.alias)).toEqual(['Kitty']);
  await b.block(cat.user.key);
  expect((await b.blocks()).items.map((one) => one.user.key)).toEqual([cat.user.key]);
  await b.unblock(cat.user.key);
  await b.removeFriend(cat.user.key);
  expect((await b.friends()).items).toEqual([]);
});

test('groups', async () => {
  await befriend(server.url, ann, ben);
  const cat = await person(server.url, 'cat');
  const c = new GodwitApi({ url: server.url, token: cat.token });
  const { key } = await a.createGroup({ name: 'Crew', members: [ben.user.key] });
  expect((await a.groups()).items.map((group) => group.key)).toContain(key);
  expect((await a.updateGroup(key, { notice: 'at eight' })).notice).toBe('at eight');
  const request = await c.requestJoin(key, 'let me in');
  expect((await a.groupRequests()).items.map((one) => one.id)).toEqual([request.id]);
  expect((await a.rejectJoin(request.id)).state).toBe('rejected');
  expect((await a.approveJoin((await c.requestJoin(key)).id)).state).toBe('approved');
  expect((await a.updateMember(key, ben.user.key, { role: 'admin' })).role).toBe('admin');
  expect((await a.members(key)).items).toHaveLength(3);
  await c.removeMember(key, 'me');
  await a.removeMember(key, ben.user.key);
  expect((await a.group(key)).memberCount).toBe(1);
  await a.dissolveGroup(key);
  await expect(a.group(key)).rejects.toMatchObject({ status: 404 });
});

test('messages', async () => {
  await befriend(server.url, ann, ben).catch(() => undefined);
  const conversation = `u:${ben.user.key}`;
  const first = await a.sendMessage({
    type: 101,
    msgReceiver: ben.user.key,
    msg: 'good morning & 早上好',
    clientId: 'one',
  });
  expect(
    await a.sendMessage({ type: 101, msgReceiver: ben.user.key, msg: 'good morning & 早上好', clientId: 'one' }),
  ).toEqual(first);
  await a.sendMessage({ type: 101, msgReceiver: ben.user.key, msg: 'an answer', replyTo: first.id });
  expect((await a.history(conversation, { after: first.seq })).items.map((frame) => frame.replyTo)).toEqual([first.id]);
  expect((await b.conversations()).items[0]).toMatchObject({ conversation: `u:${ann.user.key}`, unread: 2 });
  expect(await b.markRead(`u:${ann.user.key}`, first.seq)).toEqual({
    conversation: `u:${ann.user.key}`,
    readSeq: first.seq,
  });
  await until('it is found', async () => (await a.search({ q: 'good morning', conversation })).items.length === 1);
  expect((await a.search({ q: '早上' })).items[0]?.highlight).toEqual([[15, 17]]);
  expect((await b.offline({ limit: 1000 })).complete).toBe(true);
  await b.acknowledge({ [`u:${ann.user.key}`]: first.seq + 1 });
  expect((await b.offline()).items.map((frame) => frame.conversation)).not.toContain(`u:${ann.user.key}`);
  expect(await a.recall(first.id)).toMatchObject({ id: first.id, recalled: true, msg: '' });
});
