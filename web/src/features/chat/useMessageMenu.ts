import type { Frame } from 'godwit-sdk';
import { computed, ref, shallowRef } from 'vue';
import { useI18n } from 'vue-i18n';
import type { ChatRow } from './rows';
import type { MenuItem } from '@/components/PopupMenu.vue';
import { useActions } from '@/lib/actions';
import { ask } from '@/lib/ask';
import { copyText } from '@/lib/copy';
import { isMessage } from '@/stores/frames';
import { useGroups } from '@/stores/groups';
import { usePeople } from '@/stores/people';
import { useSession } from '@/stores/session';
import { useTimeline } from '@/stores/timeline';

const menuWidth = 200;

/** The menu of a message: answer, copy, recall. */
export function useMessageMenu(onReply: (frame: Frame) => void) {
  const { t } = useI18n();
  const session = useSession();
  const groups = useGroups();
  const people = usePeople();
  const timeline = useTimeline();
  const { run } = useActions();
  const at = ref<{ x: number; y: number } | null>(null);
  const frame = shallowRef<Frame | null>(null);

  /**
   * One's own always: whether it is too late is the server's to say. Those of others in groups that one looks
   * after.
   */
  const recallable = computed(() => {
    const role = groups.groups.get(frame.value?.conversation.slice(2) ?? '')?.role;
    const looksAfter = frame.value?.conversation.startsWith('g:') && (role === 'owner' || role === 'admin');
    return frame.value?.msgSender === session.me || looksAfter;
  });
  const items = computed<MenuItem[]>(() => [
    { id: 'reply', label: t('chat.reply'), icon: 'reply' },
    { id: 'copy', label: t('chat.copy'), icon: 'copy' },
    ...(recallable.value ? [{ id: 'recall', label: t('chat.recall'), icon: 'undo', danger: true } as MenuItem] : []),
  ]);

  function show(row: ChatRow, point: { x: number; y: number }): void {
    if (!row.frame || row.frame.recalled || !isMessage(row.frame)) return;
    frame.value = row.frame;
    at.value = point;
  }

  /** At the pointer; a button pressed by key has none. */
  function open(row: ChatRow, event: MouseEvent): void {
    if (event.detail === 0 && event.type === 'click') openAt(row, event.currentTarget as HTMLElement);
    else show(row, { x: event.clientX, y: event.clientY });
  }

  /** Beside what has the focus. */
  function openAt(row: ChatRow, element: HTMLElement): void {
    const box = element.getBoundingClientRect();
    show(row, { x: row.own ? box.right - menuWidth : box.left + 24, y: box.bottom - 12 });
  }

  async function recall(target: Frame): Promise<void> {
    if (target.msgSender !== session.me) {
      const text = t('chat.askRecall', { name: people.displayName(target.msgSender) });
      if (!(await ask({ title: t('chat.askRecallTitle'), text, confirm: t('chat.recall'), danger: true }))) return;
    }
    await run(`recall ${target.id}`, () => timeline.recall(target));
  }

  function choose(id: string): void {
    const target = frame.value;
    if (!target) return;
    if (id === 'reply') onReply(target);
    else if (id === 'copy') void copyText(target.msg);
    else void recall(target);
  }

  return { at, items, open, openAt, choose, close: () => (at.value = null) };
}
