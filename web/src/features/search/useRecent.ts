import { ref } from 'vue';
import { recentBound, remember } from './recent';
import { useSession } from '@/stores/session';

const slot = 'searches';

/** The last searches of this account; kept as long as the rest of what the page keeps of it. */
export function useRecent() {
  const session = useSession();
  const recent = ref<string[]>([]);

  async function load(): Promise<void> {
    const kept = await session.client?.kv.get<string[]>(slot).catch(() => undefined);
    if (Array.isArray(kept)) recent.value = kept.slice(0, recentBound);
  }

  function put(list: string[]): void {
    recent.value = list;
    void session.client?.kv.set(slot, [...list]).catch(() => undefined);
  }

  return { recent, load, add: (query: string) => put(remember(recent.value, query)), clear: () => put([]) };
}
