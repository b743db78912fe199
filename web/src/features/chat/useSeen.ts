import type { VirtualizerHandle } from 'virtua/vue';
import { onBeforeUnmount, onMounted, type Ref } from 'vue';
import type { ChatRow } from './rows';
import { useConversations } from '@/stores/conversations';
import { countOthers, newestSeq } from '@/stores/frameWindow';
import { useSession } from '@/stores/session';
import { useTimeline } from '@/stores/timeline';

/** Index of the last row of which at least this much is in view, in pixels or as a whole. */
const enoughPx = 24;

/**
 * Seq up to which everything was on the screen: of the last row in view, or of the newest frame where that is the
 * last one.
 */
export function seenSeq(rows: ChatRow[], lastInView: number, newest: number): number {
  const seen = rows.slice(0, lastInView + 1).reverse();
  const seq = seen.find((row) => row.frame)?.seq ?? 0;
  const last = rows.reduce((index, row, at) => (row.frame ? at : index), -1);
  return lastInView >= last && last >= 0 ? Math.max(seq, newest) : seq;
}

export interface Seen {
  scroller: Ref<HTMLElement | null>;
  list: Ref<VirtualizerHandle | null>;
  rows: Ref<ChatRow[]>;
  settled: () => boolean;
}

/** Marks as read what was in view while the page was visible and had the focus, and nothing else. */
export function useSeen({ scroller, list, rows, settled }: Seen) {
  const timeline = useTimeline();
  const conversations = useConversations();
  const session = useSession();

  function lastInView(): number {
    const element = scroller.value;
    const handle = list.value;
    if (!element || !handle || rows.value.length === 0) return -1;
    const end = element.scrollTop + element.clientHeight;
    let index = Math.min(handle.findItemIndex(end), rows.value.length - 1);
    const visible = end - handle.getItemOffset(index);
    if (visible < Math.min(enoughPx, handle.getItemSize(index))) index -= 1;
    return index;
  }

  function look(): void {
    if (!settled() || document.visibilityState !== 'visible' || !document.hasFocus()) return;
    const { conversation } = timeline;
    const row = conversations.rows.get(conversation);
    const seq = seenSeq(rows.value, lastInView(), timeline.window.hasNewer ? 0 : newestSeq(timeline.window));
    if (!row || seq <= row.readSeq) return;
    const seen = countOthers(timeline.window.frames, row.readSeq, seq, session.me);
    conversations.markRead(conversation, seq, Math.max(0, row.unread - seen));
  }

  onMounted(() => {
    addEventListener('focus', look);
    document.addEventListener('visibilitychange', look);
  });
  onBeforeUnmount(() => {
    removeEventListener('focus', look);
    document.removeEventListener('visibilitychange', look);
  });

  return { look };
}
