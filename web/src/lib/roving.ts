import { nextTick, ref, watch, type Ref } from 'vue';

export interface RovingOptions {
  container: Ref<HTMLElement | null | undefined>;
  count: () => number;
  /** A row that takes no focus, such as a heading. */
  skip?: (index: number) => boolean;
  /** Brings a row of a virtual list into the document and into view. */
  reveal?: (index: number) => void;
}

const page = 8;
const moves: Record<string, (at: number, count: number) => { to: number; step: 1 | -1 }> = {
  ArrowDown: (at) => ({ to: at + 1, step: 1 }),
  ArrowUp: (at) => ({ to: at - 1, step: -1 }),
  PageDown: (at) => ({ to: at + page, step: 1 }),
  PageUp: (at) => ({ to: at - page, step: -1 }),
  Home: () => ({ to: 0, step: 1 }),
  End: (_, count) => ({ to: count - 1, step: -1 }),
};

/**
 * Roving tabindex: of a list one row is in the order of the Tab key, and arrows, Home, End and PageUp/Down move it. Rows carry
 * `data-row` with their index and `tabindex` by `tabindex(index)`.
 */
export function useRoving({ container, count, skip = () => false, reveal }: RovingOptions) {
  const active = ref(0);

  /** The nearest row from `index` on in the direction of `step`, else the other way, else none (-1). */
  function usable(index: number, step: 1 | -1): number {
    const inside = Math.min(Math.max(index, 0), count() - 1);
    for (const direction of [step, -step]) {
      for (let at = inside; at >= 0 && at < count(); at += direction) if (!skip(at)) return at;
    }
    return -1;
  }

  async function focus(index: number, step: 1 | -1 = 1): Promise<void> {
    const at = usable(index, step);
    if (at < 0) return;
    active.value = at;
    await nextTick();
    reveal?.(at);
    container.value?.querySelector<HTMLElement>(`[data-row="${at}"]`)?.focus({ preventScroll: reveal !== undefined });
  }

  function onKeydown(event: KeyboardEvent): void {
    const move = moves[event.key]?.(active.value, count());
    if (!move || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void focus(move.to, move.step);
  }

  const tabindex = (index: number) => (index === active.value ? 0 : -1);
  const onFocus = (index: number) => (active.value = index);

  watch(
    () => [count(), skip(active.value)],
    () => (active.value = Math.max(usable(active.value, 1), 0)),
    { immediate: true },
  );

  return { active, tabindex, focus, onKeydown, onFocus };
}
