import type { Hit, SearchQuery } from 'godwit-sdk';
import { computed, ref, shallowRef, watch } from 'vue';
import { isBackwards, queryOf, type SearchForm } from './filters';
import { useLatest } from '@/lib/latest';
import { useSession } from '@/stores/session';

const pause = 300;
const pageSize = 30;
/** A page may be empty and have a next one all the same; so many in a row are asked for before the reader is. */
export const emptyPages = 5;
/** Beyond so many a search is to be narrowed. */
export const hitsBound = 500;

/** The hits for what stands in `form`, a moment after it was last changed; more of them page by page. */
export function useSearch(form: SearchForm) {
  const session = useSession();
  const hits = shallowRef<Hit[]>([]);
  const next = ref<string | null>(null);
  const { busy, error, run, later, stop } = useLatest();
  /** The query that `hits` answer. */
  const asked = shallowRef<SearchQuery | null>(null);

  const pages = (query: SearchQuery, cursor: string | null) => async (signal: AbortSignal) => {
    let at = cursor;
    for (let round = 0; round < emptyPages; round += 1) {
      const page = await session.api.search({ ...query, limit: pageSize, ...(at ? { cursor: at } : {}) }, signal);
      if (signal.aborted) return;
      const all = [...hits.value, ...page.items];
      hits.value = all.slice(0, hitsBound);
      at = page.next;
      next.value = all.length < hitsBound ? at : null;
      asked.value = query;
      if (page.items.length || !at) return;
    }
  };

  function begin(): void {
    stop();
    hits.value = [];
    next.value = null;
    asked.value = null;
    const query = queryOf(form);
    if (query && !isBackwards(form)) later(pause, pages(query, null));
  }

  async function on(): Promise<void> {
    const query = asked.value ?? queryOf(form);
    if (query && !busy.value) await run(pages(query, next.value));
  }

  watch(form, begin, { immediate: true });

  const more = () => (next.value && !error.value ? on() : Promise.resolve());
  return { hits, next, busy, error, asked, more, again: on, full: computed(() => hits.value.length >= hitsBound) };
}
