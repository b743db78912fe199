import type { Page, PageQuery } from 'godwit-sdk';
import { ref } from 'vue';

const pageSize = 200;
/** Answered requests stay on the server for good; here the newest do. */
export const requestsBound = 1000;

/** The requests of one box, newest first. `more` leads on to older ones, up to the bound. */
export function useRequestBox<T>(list: (page: PageQuery) => Promise<Page<T>>) {
  const items = ref<T[]>([]);
  const next = ref<string | null>(null);
  let generation = 0;

  /** Reads again as much as was shown. */
  async function load(): Promise<void> {
    const mine = ++generation;
    const wanted = Math.max(items.value.length, 1);
    const read: T[] = [];
    let cursor: string | null = '';
    while (cursor !== null && read.length < Math.min(wanted, requestsBound)) {
      const page: Page<T> = await list(cursor ? { limit: pageSize, cursor } : { limit: pageSize });
      read.push(...page.items);
      cursor = page.next;
    }
    if (mine === generation) put(read, cursor);
  }

  async function more(): Promise<void> {
    if (next.value === null) return;
    const mine = generation;
    const page = await list({ limit: pageSize, cursor: next.value });
    if (mine === generation) put([...(items.value as T[]), ...page.items], page.next);
  }

  function put(all: T[], cursor: string | null): void {
    items.value = all.slice(0, requestsBound) as typeof items.value;
    next.value = all.length < requestsBound ? cursor : null;
  }

  function clear(): void {
    generation += 1;
    put([], null);
  }

  return { items, next, load, more, clear };
}
