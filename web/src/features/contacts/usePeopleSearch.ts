import type { Person } from 'godwit-sdk';
import { ref, shallowRef, watch, type Ref } from 'vue';
import { useLatest } from '@/lib/latest';
import { useSession } from '@/stores/session';

const pause = 250;
const pageSize = 20;
/** Who is not among so many is found by writing more of the name. */
export const foundBound = 200;

/** People of the server whose key or name begins with `query`, a moment after the last key was pressed. */
export function usePeopleSearch(query: Ref<string>) {
  const session = useSession();
  const found = shallowRef<Person[]>([]);
  const next = ref<string | null>(null);
  const { busy, error, run, later, stop } = useLatest();

  /** From the start, or from where the last page ended. */
  const read = (cursor: string | null) => async (signal: AbortSignal) => {
    const place = { limit: pageSize, ...(cursor ? { cursor } : {}) };
    const page = await session.api.findUsers(query.value.trim(), place, signal);
    if (signal.aborted) return;
    found.value = cursor ? [...found.value, ...page.items].slice(0, foundBound) : page.items;
    next.value = found.value.length < foundBound ? page.next : null;
  };

  watch(query, (text) => {
    next.value = null;
    if (text.trim()) return later(pause, read(null));
    stop();
    found.value = [];
  });

  return { found, next, busy, error, again: () => run(read(null)), more: () => run(read(next.value)) };
}
