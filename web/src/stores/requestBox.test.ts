import type { Page, PageQuery } from 'godwit-sdk';
import { expect, it, vi } from 'vitest';
import { requestsBound, useRequestBox } from './requestBox';

/** A server with so many items, `limit` of them a page but no more than `most`, the cursor being the place. */
const server = (total: number, most = 200) =>
  vi.fn(async ({ limit: wanted = 50, cursor = '0' }: PageQuery): Promise<Page<number>> => {
    const limit = Math.min(wanted, most);
    const from = Number(cursor);
    const items = Array.from({ length: Math.min(limit, total - from) }, (_, n) => from + n);
    return { items, next: from + limit < total ? String(from + limit) : null };
  });

it('reads the newest page, and older ones when asked', async () => {
  const box = useRequestBox(server(450));
  await box.load();
  expect(box.items.value).toHaveLength(200);
  await box.more();
  await box.more();
  expect(box.items.value).toEqual(Array.from({ length: 450 }, (_, n) => n));
  expect(box.next.value).toBeNull();
  await box.more();
  expect(box.items.value).toHaveLength(450);
});

it('reads again as much as was shown', async () => {
  const box = useRequestBox(server(450));
  await box.load();
  await box.more();
  await box.load();
  expect(box.items.value).toHaveLength(400);
  expect(box.next.value).toBe('400');
});

it('stops at its bound, on the way and when it reads again', async () => {
  const list = server(5000, 150);
  const box = useRequestBox(list);
  await box.load();
  for (let n = 0; n < 10; n += 1) await box.more();
  expect(box.items.value).toHaveLength(requestsBound);
  expect(box.next.value).toBeNull();
  await box.load();
  expect(box.items.value).toHaveLength(requestsBound);
  expect(list).toHaveBeenCalledTimes(14);
});

it('passes over an older page that comes after the box was read anew or emptied', async () => {
  const list = server(450);
  const box = useRequestBox(list);
  await box.load();
  const late = box.more();
  box.clear();
  await late;
  expect(box.items.value).toEqual([]);
});
