import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock, type Client } from '../src/index.js';
import { FrameCache } from '../src/storage/cache.js';
import { FallbackTables } from '../src/storage/fallback.js';
import { IndexedTables } from '../src/storage/indexeddb.js';
import { MemoryTables } from '../src/storage/memory.js';
import { addSpan, cutBelow, MOST_SPANS, type Span } from '../src/storage/spans.js';
import type { Tables } from '../src/storage/tables.js';
import './kit/browser.js';
import { message, range, seqs } from './kit/frames.js';
import { World } from './kit/world.js';

const kinds: [string, () => Promise<Tables>][] = [
  ['memory', async () => new MemoryTables()],
  ['IndexedDB', () => IndexedTables.open(new IDBFactory(), 'test', systemClock)],
];

describe.each(kinds)('tables in %s', (_name, open) => {
  let tables: Tables;
  beforeEach(async () => void (tables = await open()));
  afterEach(() => tables.close());

  test('keep values by key, in the order of the keys', async () => {
    await tables.run('readwrite', ['frames'], async (tx) => {
      for (const seq of [3, 1, 2, 10]) await tx.put('frames', ['u:b', seq], `b${seq}`);
      await tx.put('frames', ['u:a', 7], 'a7');
      await tx.put('frames', ['u:b', 2], 'b2 again');
      await tx.delete('frames', ['u:b', 3]);
    });
    const bounds = { lower: ['u:b', 0] as [string, number], upper: ['u:b', Infinity] as [string, number] };
    const read = await tables.run('readonly', ['frames'], async (tx) => [
      await tx.get('frames', ['u:b', 2]),
      await tx.get('frames', ['u:b', 3]),
      await tx.scan('frames', { ...bounds, limit: 2 }),
      await tx.scan('frames', { ...bounds, limit: 2, descending: true }),
      await tx.count('frames'),
      (await tx.all('frames')).map(([key]) => key),
    ]);
    const keys = [
      ['u:a', 7],
      ['u:b', 1],
      ['u:b', 2],
      ['u:b', 10],
    ];
    expect(read).toEqual(['b2 again', undefined, ['b1', 'b2 again'], ['b10', 'b2 again'], 4, keys]);
  });

  test('delete a range, both ends included', async () => {
    await tables.run('readwrite', ['frames'], async (tx) => {
      for (const seq of range(1, 6)) await tx.put('frames', ['u:a', seq], seq);
      await tx.deleteRange('frames', ['u:a', 2], ['u:a', 4]);
    });
    const left = await tables.run('readonly', ['frames'], (tx) => tx.all('frames'));
    expect(left.map(([, value]) => value)).toEqual([1, 5, 6]);
  });

  test('transactions do not mix', async () => {
    const add = (): Promise<void> =>
      tables.run('readwrite', ['values'], async (tx) =>
        tx.put('values', 'n', ((await tx.get<number>('values', 'n')) ?? 0) + 1),
      );
    await Promise.all(range(1, 20).map(add));
    expect(await tables.run('readonly', ['values'], (tx) => tx.get('values', 'n'))).toBe(20);
  });
});

describe('spans', () => {
  test('join where they touch', () => {
    expect(
      addSpan(
        [
          [1, 3],
          [10, 12],
        ],
        [4, 9],
      ),
    ).toEqual([[1, 12]]);
    expect(
      addSpan(
        [
          [1, 3],
          [10, 12],
        ],
        [5, 8],
      ),
    ).toEqual([
      [1, 3],
      [5, 8],
      [10, 12],
    ]);
    expect(addSpan([[5, 8]], [1, 20])).toEqual([[1, 20]]);
    expect(
      cutBelow(
        [
          [1, 3],
          [5, 8],
        ],
        7,
      ),
    ).toEqual([[7, 8]]);
  });

  test('are bounded, and agree with a set of numbers', () => {
    let spans: Span[] = [];
    const set = new Set<number>();
    for (let round = 0; round < 300; round += 1) {
      const from = 1 + Math.floor(Math.random() * 60);
      const to = from + Math.floor(Math.random() * 4);
      spans = addSpan(spans, [from, to]);
      for (const seq of range(from, to)) set.add(seq);
      expect(spans.flatMap(([low, high]) => range(low, high))).toEqual([...set].sort((a, b) => a - b));
    }
    for (let at = 0; at < 200; at += 1) spans = addSpan(spans, [1000 + at * 2, 1000 + at * 2]);
    expect(spans).toHaveLength(MOST_SPANS);
  });
});

describe.each(kinds)('the frame cache in %s', (_name, open) => {
  test('is bounded: the conversation touched longest ago goes first', async () => {
    let now = 0;
    const cache = new FrameCache(await open(), () => (now += 1), 100);
    for (const name of ['u:a', 'u:b', 'u:c'])
      await cache.save(
        name,
        range(1, 40).map((seq) => message(seq, name)),
        [1, 40],
      );
    expect(await cache.top('u:a')).toBe(0);
    expect(await cache.anything('u:a', { limit: 200 })).toEqual([]);
    expect(await cache.anything('u:c', { limit: 200 })).toHaveLength(40);
    expect((await cache.page('u:b', { before: 41, limit: 40 }, false)).covered).toBe(true);
  });

  test('a conversation that fills it alone loses its oldest frames', async () => {
    const cache = new FrameCache(await open(), () => 1, 100);
    for (const seq of range(1, 350)) await cache.save('u:a', [message(seq, 'u:a')], [seq, seq]);
    const kept = await cache.anything('u:a', { limit: 200 });
    expect(kept.length).toBeLessThanOrEqual(100);
    expect(kept.at(-1)?.seq).toBe(350);
    const first = kept[0]?.seq ?? 0;
    expect(await cache.page('u:a', { before: first, limit: 5 }, false)).toMatchObject({ covered: false });
    expect(await cache.page('u:a', { before: first + 5, limit: 5 }, false)).toMatchObject({ covered: true });
  });
});

describe('falling back', () => {
  const read = (tables: Tables): Promise<unknown> => tables.run('readonly', ['values'], (tx) => tx.get('values', 'k'));
  const write = (tables: Tables): Promise<void> =>
    tables.run('readwrite', ['values'], (tx) => tx.put('values', 'k', 1));

  test.each([
    ['missing', undefined],
    ['throwing', () => Promise.reject(new Error('SecurityError'))],
  ])('a database that is %s', async (_how, open) => {
    let told = 0;
    const tables = new FallbackTables(open, () => (told += 1));
    await write(tables);
    expect(await read(tables)).toBe(1);
    expect(told).toBe(1);
  });

  test('a database that stops working in the middle', async () => {
    const broken: Tables = new MemoryTables();
    let fails = false;
    const run = broken.run.bind(broken);
    const wrapped: Tables = {
      run: (...all) => (fails ? Promise.reject(new Error('QuotaExceededError')) : run(...all)),
      destroy: async () => undefined,
      close: () => undefined,
    };
    let told = 0;
    const tables = new FallbackTables(
      async () => wrapped,
      () => (told += 1),
    );
    await write(tables);
    fails = true;
    expect(await read(tables)).toBeUndefined();
    await write(tables);
    expect(await read(tables)).toBe(1);
    expect(told).toBe(1);
  });

  test('a database that never opens', async () => {
    const { FakeClock } = await import('./kit/clock.js');
    const clock = new FakeClock();
    const never = { open: () => ({}) } as unknown as IDBFactory;
    let told = 0;
    const tables = new FallbackTables(
      () => IndexedTables.open(never, 'x', clock),
      () => (told += 1),
    );
    const writing = write(tables);
    await clock.pass(3000);
    await writing;
    expect(told).toBe(1);
  });

  test('a client without IndexedDB works and says so', async () => {
    const world = new World();
    const client: Client = world.connect({ persistent: true });
    const told: unknown[] = [];
    client.on('storage', (event) => void told.push(event));
    await world.open();
    await client.kv.set('a', 1);
    expect(await client.kv.get('a')).toBe(1);
    expect(told).toEqual([{ persistent: false }]);
  });

  test('a database that another tab removes does not hold that tab up', async () => {
    const factory = new IDBFactory();
    const mine = await IndexedTables.open(factory, 'test', systemClock);
    const other = await IndexedTables.open(factory, 'test', systemClock);
    await other.destroy();
    expect(await factory.databases()).toEqual([]);
    await expect(write(mine)).rejects.toThrow();
  });
});

test('ends of a scan that nothing lies between', async () => {
  const cache = new FrameCache(new MemoryTables(), () => 1);
  await cache.save(
    'u:ann',
    range(1, 5).map((seq) => message(seq)),
    [1, 5],
  );
  expect(seqs(await cache.anything('u:ann', { before: 1, limit: 10 }))).toEqual([]);
  expect(await cache.page('u:ann', { before: 1, limit: 10 }, false)).toEqual({
    frames: [],
    covered: true,
    more: false,
  });
});
