import { GodwitError, type Group, type Person } from 'godwit-sdk';
import { ref, shallowRef, watch, type Ref } from 'vue';
import { useLatest } from '@/lib/latest';
import { useSession } from '@/stores/session';

const pause = 250;
const pageSize = 20;
/** Who is not among so many is found by writing more of the name. */
export const foundBound = 200;

/** The key of a group in what was typed or pasted: the key itself, or the address of the group's page. */
export function groupKeyIn(query: string): string | null {
  return /^(?:\S*\/contacts\/group\/)?([0-9a-z]{16})$/.exec(query.trim())?.[1] ?? null;
}

/** People of the server whose key or name begins with `query`, and the group of that key, a moment after the last key was pressed. */
export function usePeopleSearch(query: Ref<string>) {
  const session = useSession();
  const found = shallowRef<Person[]>([]);
  const foundGroup = shallowRef<Group | null>(null);
  const next = ref<string | null>(null);
  const { busy, error, run, later, stop } = useLatest();

  async function groupOf(key: string | null, signal: AbortSignal): Promise<Group | null> {
    if (!key) return null;
    return session.api.group(key, signal).catch((problem: unknown) => {
      if (problem instanceof GodwitError && problem.status === 404) return null;
      throw problem;
    });
  }

  /** From the start, or from where the last page ended. */
  const read = (cursor: string | null) => async (signal: AbortSignal) => {
    const place = { limit: pageSize, ...(cursor ? { cursor } : {}) };
    const [page, group] = await Promise.all([
      session.api.findUsers(query.value.trim(), place, signal),
      cursor ? foundGroup.value : groupOf(groupKeyIn(query.value), signal),
    ]);
    if (signal.aborted) return;
    foundGroup.value = group;
    found.value = cursor ? [...found.value, ...page.items].slice(0, foundBound) : page.items;
    next.value = found.value.length < foundBound ? page.next : null;
  };

  watch(query, (text) => {
    next.value = null;
    foundGroup.value = null;
    if (text.trim()) return later(pause, read(null));
    stop();
    found.value = [];
  });

  return { found, foundGroup, next, busy, error, again: () => run(read(null)), more: () => run(read(next.value)) };
}
