import type { Page, PageQuery } from 'godwit-sdk';
import { computed, ref, shallowRef } from 'vue';
import { useAdmin } from './useAdmin';
import { useLatest } from '@/lib/latest';

const pageSize = 50;
/** Rows that one list holds; who looks for more narrows the search. */
export const rowsBound = 2000;

/** A list of the server, page by page. A new beginning drops the answer to an older question. */
export function usePaged<T>(read: (page: PageQuery, signal: AbortSignal) => Promise<Page<T>>) {
  const admin = useAdmin();
  const items = shallowRef<T[]>([]);
  const next = ref<string | null>(null);
  const loaded = ref(false);
  const { busy: loading, error, run } = useLatest();

  const fetchPage = (cursor: string | null) =>
    run(async (signal) => {
      try {
        const page = await read({ limit: pageSize, ...(cursor ? { cursor } : {}) }, signal);
        if (signal.aborted) return;
        items.value = cursor ? [...items.value, ...page.items] : page.items;
        next.value = page.next;
        loaded.value = true;
      } catch (failure) {
        if (!signal.aborted) admin.notice(failure);
        throw failure;
      }
    });

  const full = computed(() => items.value.length >= rowsBound && next.value !== null);
  const begin = () => fetchPage(null);
  const more = async () => {
    if (next.value && !loading.value && !full.value) await fetchPage(next.value);
  };
  /** After a failure: goes on where it stopped. */
  const retry = () => (loaded.value && next.value ? more() : begin());

  return { items, next, loading, loaded, error, full, begin, more, retry };
}
