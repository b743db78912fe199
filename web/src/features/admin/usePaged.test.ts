import { GodwitError, type Page } from 'godwit-sdk';
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { effectScope } from 'vue';
import { useAdmin } from './useAdmin';
import { rowsBound, usePaged } from './usePaged';

type Read = Parameters<typeof usePaged<number>>[0];
const start = (read: Read) => effectScope().run(() => usePaged<number>(read)) as ReturnType<typeof usePaged<number>>;

describe('usePaged', () => {
  beforeEach(() => setActivePinia(createPinia()));

  it('follows the cursor to the end', async () => {
    const read = vi.fn<Read>();
    read.mockResolvedValueOnce({ items: [1, 2], next: 'c' }).mockResolvedValueOnce({ items: [3], next: null });
    const list = start(read);
    await list.begin();
    await list.more();
    await list.more();
    expect(list.items.value).toEqual([1, 2, 3]);
    expect(read.mock.calls.map(([page]) => page.cursor)).toEqual([undefined, 'c']);
  });

  it('drops the late answer to an older question', async () => {
    const answers: ((page: Page<number>) => void)[] = [];
    const list = start(() => new Promise((resolve) => answers.push(resolve)));
    const [first, second] = [list.begin(), list.begin()];
    answers[1]?.({ items: [2], next: null });
    answers[0]?.({ items: [1], next: null });
    await Promise.all([first, second]);
    expect(list.items.value).toEqual([2]);
    expect(list.loading.value).toBe(false);
  });

  it('keeps what it has when the next page fails, and goes on from there', async () => {
    const read = vi.fn<Read>();
    read.mockResolvedValueOnce({ items: [1], next: 'c' });
    read.mockRejectedValueOnce(new GodwitError({ code: 'network', retryable: true }));
    read.mockResolvedValueOnce({ items: [2], next: null });
    const list = start(read);
    await list.begin();
    await list.more();
    expect(list.items.value).toEqual([1]);
    expect(list.error.value).toBeInstanceOf(GodwitError);
    await list.retry();
    expect(list.items.value).toEqual([1, 2]);
    expect(list.error.value).toBeNull();
  });

  it('stops at its bound', async () => {
    const read = vi
      .fn<Read>()
      .mockImplementation(() => Promise.resolve({ items: Array<number>(500).fill(7), next: 'c' }));
    const list = start(read);
    await list.begin();
    for (let i = 0; i < 10; i += 1) await list.more();
    expect(list.items.value).toHaveLength(rowsBound);
    expect(list.full.value).toBe(true);
  });

  it('tells where the right was taken back', async () => {
    const list = start(() => Promise.reject(new GodwitError({ code: 'forbidden', status: 403 })));
    await list.begin();
    expect(useAdmin().standing).toBe('denied');
  });
});
