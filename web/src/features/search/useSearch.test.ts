import type { Hit, Page, SearchQuery } from 'godwit-sdk';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { effectScope, nextTick, reactive } from 'vue';
import { emptyForm } from './filters';
import { emptyPages, hitsBound, useSearch } from './useSearch';

const search = vi.fn<(query: SearchQuery, signal?: AbortSignal) => Promise<Page<Hit>>>();
vi.mock('@/stores/session', () => ({ useSession: () => ({ api: { search } }) }));

const hit = (id: string) => ({ message: { id }, highlight: [] }) as unknown as Hit;
const page = (ids: string[], next: string | null = null): Page<Hit> => ({ items: ids.map(hit), next });
const ids = (hits: Hit[]) => hits.map(({ message }) => message.id);

let scope = effectScope();
const begin = () => {
  const form = reactive(emptyForm());
  const found = scope.run(() => useSearch(form));
  if (!found) throw new Error('no scope');
  return { form, ...found };
};
const settle = async () => {
  await nextTick();
  await vi.advanceTimersByTimeAsync(300);
};

beforeEach(() => {
  vi.useFakeTimers();
  search.mockReset();
  scope = effectScope();
});
afterEach(() => {
  scope.stop();
  vi.useRealTimers();
});

it('asks once, a moment after the last change', async () => {
  search.mockResolvedValue(page(['a']));
  const { form, hits } = begin();
  for (const text of ['bo', 'boa', 'boat']) {
    form.text = text;
    await nextTick();
    await vi.advanceTimersByTimeAsync(200);
  }
  await settle();
  expect(search).toHaveBeenCalledTimes(1);
  expect(search.mock.calls[0]?.[0]).toMatchObject({ q: 'boat' });
  expect(ids(hits.value)).toEqual(['a']);
});

it('passes over the answer to an older question', async () => {
  let answerOld: (value: Page<Hit>) => void = () => undefined;
  search.mockImplementationOnce(() => new Promise((resolve) => (answerOld = resolve)));
  search.mockResolvedValueOnce(page(['new']));
  const { form, hits } = begin();
  form.text = 'old';
  await settle();
  form.text = 'new';
  await settle();
  answerOld(page(['old']));
  await settle();
  expect(search.mock.calls[0]?.[1]?.aborted).toBe(true);
  expect(ids(hits.value)).toEqual(['new']);
});

it('goes on past empty pages, but not for ever', async () => {
  search.mockResolvedValue(page([], 'further'));
  const { form, next, busy } = begin();
  form.text = 'boat';
  await settle();
  expect(search).toHaveBeenCalledTimes(emptyPages);
  expect(next.value).toBe('further');
  expect(busy.value).toBe(false);
});

it('adds pages up to its bound', async () => {
  let made = 0;
  search.mockImplementation(async () => page(Array.from({ length: 200 }, () => `m${(made += 1)}`), 'on'));
  const { form, hits, full, more } = begin();
  form.text = 'boat';
  await settle();
  for (let n = 0; n < 5; n += 1) await more();
  expect(hits.value).toHaveLength(hitsBound);
  expect(full.value).toBe(true);
  expect(search).toHaveBeenCalledTimes(3);
});

it('keeps what was found when the next page fails, and goes on from there', async () => {
  search.mockResolvedValueOnce(page(['a'], 'second')).mockRejectedValueOnce(new Error('gone')).mockResolvedValueOnce(page(['b']));
  const { form, hits, error, more, again } = begin();
  form.text = 'boat';
  await settle();
  await more();
  expect(error.value).toBeInstanceOf(Error);
  await more();
  expect(search).toHaveBeenCalledTimes(2);
  await again();
  expect(ids(hits.value)).toEqual(['a', 'b']);
  expect(search.mock.calls[2]?.[0]).toMatchObject({ q: 'boat', cursor: 'second' });
});
