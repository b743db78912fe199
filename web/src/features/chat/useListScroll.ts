import type { VirtualizerHandle } from 'virtua/vue';
import { nextTick, onBeforeUnmount, onMounted, ref, watch, type Ref } from 'vue';
import { rowOf, type ChatRow } from './rows';
import { useTimeline } from '@/stores/timeline';

/** Nearer to an edge than this, what lies beyond is loaded. */
const edgePx = 1200;
/** So near to the end, the list follows what is added there. */
const followPx = 48;
const litMs = 1600;

export interface ListScroll {
  scroller: Ref<HTMLElement | null>;
  list: Ref<VirtualizerHandle | null>;
  rows: Ref<ChatRow[]>;
  /** Called whenever other rows are in view. */
  onMoved: () => void;
}

/** Where the list stands: at an aim after a load, at the end while it follows, else where whoever reads put it. */
export function useListScroll({ scroller, list, rows, onMoved }: ListScroll) {
  const timeline = useTimeline();
  /** At the end: what is added there comes into view. */
  const following = ref(true);
  /** Seq of the message that was jumped to, for a moment. */
  const lit = ref(0);
  /** The list stands where it was aimed at; before, positions mean nothing. */
  const settled = ref(false);
  let darken: ReturnType<typeof setTimeout> | undefined;

  const toEndPx = (): number => {
    const element = scroller.value;
    return element ? element.scrollHeight - element.scrollTop - element.clientHeight : 0;
  };

  const atEnd = (): boolean => !timeline.window.hasNewer && toEndPx() <= followPx;

  function toEnd(): void {
    following.value = true;
    if (rows.value.length > 0) list.value?.scrollToIndex(rows.value.length - 1, { align: 'end' });
  }

  function light(seq: number): void {
    lit.value = seq;
    clearTimeout(darken);
    darken = setTimeout(() => (lit.value = 0), litMs);
  }

  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));

  async function goTo(aim: NonNullable<typeof timeline.aim>): Promise<void> {
    settled.value = false;
    await nextTick();
    await frame();
    if (timeline.aim !== aim) return;
    if (aim.at === 'end') toEnd();
    else {
      following.value = false;
      list.value?.scrollToIndex(rowOf(rows.value, aim.seq), { align: aim.at === 'unread' ? 'start' : 'center' });
      if (aim.at === 'seq') light(aim.seq);
    }
    // Rows are measured as they come into view, which moves what lies behind them; the list aims again until it stands.
    await frame();
    await frame();
    settled.value = true;
    onScroll();
  }

  function onScroll(): void {
    if (!settled.value) return;
    following.value = atEnd();
    if ((scroller.value?.scrollTop ?? edgePx) < edgePx) void timeline.loadOlder();
    if (toEndPx() < edgePx) void timeline.loadNewer();
    onMoved();
  }

  /** Rows were measured or the room for them changed. */
  function onResize(): void {
    if (!settled.value) return;
    if (!following.value) following.value = atEnd();
    else if (toEndPx() > 1) toEnd();
    onMoved();
  }

  watch(
    () => timeline.aim,
    (aim) => {
      if (aim) void goTo(aim);
    },
    { immediate: true },
  );
  watch(rows, async (now, before) => {
    const added = now.length > 0 && now[now.length - 1]?.key !== before[before.length - 1]?.key;
    const follow = following.value && settled.value && added;
    await nextTick();
    if (follow) toEnd();
    onScroll();
  });

  const observer = new ResizeObserver(onResize);
  onMounted(() => {
    if (scroller.value) observer.observe(scroller.value);
  });
  onBeforeUnmount(() => {
    observer.disconnect();
    clearTimeout(darken);
  });

  return { following, lit, settled, toEnd, onScroll, onResize, toEndPx };
}
