import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fileStorage } from '../src/node.js';
import { World } from './kit/world.js';

let folder: string;
const name = 'http://h:ann/../x';
const file = () => join(folder, readdirSync(folder)[0] as string);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'godwit-files-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('what was written is there for the next run, in one file that is nobody else\'s to read', async () => {
  const first = await fileStorage(folder).open(name);
  await first.run('readwrite', ['values', 'frames'], async (tx) => {
    await tx.put('values', 'a', { deep: [1, null] });
    for (const seq of [1, 2, 3, 4]) await tx.put('frames', ['u:b', seq], seq);
    await tx.deleteRange('frames', ['u:b', 3], ['u:b', Infinity]);
    await tx.delete('frames', ['u:b', 1]);
  });
  first.close();
  expect(readdirSync(folder)).toEqual([`${encodeURIComponent(name)}.jsonl`]);
  expect(statSync(file()).mode & 0o777).toBe(0o600);
  const second = await fileStorage(folder).open(name);
  expect(await second.run('readonly', ['values'], (tx) => tx.get('values', 'a'))).toEqual({ deep: [1, null] });
  expect(await second.run('readonly', ['frames'], (tx) => tx.all('frames'))).toEqual([[['u:b', 2], 2]]);
  await second.destroy();
  expect(readdirSync(folder)).toEqual([]);
});

test('a line that a crash cut short is passed over, and what comes next is whole', async () => {
  const first = await fileStorage(folder).open(name);
  await first.run('readwrite', ['values'], (tx) => tx.put('values', 'a', 1));
  first.close();
  appendFileSync(file(), '[["put","values","a",2],["put","val');
  const second = await fileStorage(folder).open(name);
  await second.run('readwrite', ['values'], (tx) => tx.put('values', 'b', 3));
  second.close();
  const third = await fileStorage(folder).open(name);
  expect(await third.run('readonly', ['values'], (tx) => tx.all('values'))).toEqual([['a', 1], ['b', 3]]);
  third.close();
});

test('a transaction that failed leaves nothing, and a file does not grow without an end', async () => {
  const first = await fileStorage(folder).open(name);
  const failing = first.run('readwrite', ['values'], async (tx) => {
    await tx.put('values', 'a', 'half');
    throw new Error('stop');
  });
  await expect(failing).rejects.toThrow('stop');
  for (let n = 0; n < 2500; n += 1) await first.run('readwrite', ['values'], (tx) => tx.put('values', 'b', n));
  first.close();
  expect(readFileSync(file(), 'utf8').split('\n').length).toBeLessThan(1100);
  const second = await fileStorage(folder).open(name);
  expect(await second.run('readonly', ['values'], (tx) => tx.get('values', 'b'))).toBe(2499);
  second.close();
});

test('a program that was ended sends what it had left, in order', async () => {
  const world = new World();
  world.online = false;
  const storage = fileStorage(folder);
  const first = world.connect({ storage });
  for (const msg of ['one', 'two', 'three']) first.send({ conversation: 'u:ann', msg });
  await world.clock.pass(100);
  await first.close();
  const again = world.connect({ storage });
  await world.clock.pass(1000);
  expect(again.outbox.map((item) => item.msg)).toEqual(['one', 'two', 'three']);
  await again.close();
});
