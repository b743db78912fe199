import { computed, ref, shallowRef } from 'vue';
import { useI18n } from 'vue-i18n';
import { useRouter } from 'vue-router';
import type { MenuItem } from '@/components/PopupMenu.vue';
import { useConversations, type Row } from '@/stores/conversations';

/** The menu of a conversation in the list. */
export function useRowMenu() {
  const { t } = useI18n();
  const router = useRouter();
  const conversations = useConversations();
  const at = ref<{ x: number; y: number } | null>(null);
  const row = shallowRef<Row | null>(null);

  const items = computed<MenuItem[]>(() => {
    const chosen = row.value;
    if (!chosen) return [];
    const list: (MenuItem | false)[] = [
      { id: 'pinned', label: chosen.pinned ? t('conversations.unpin') : t('conversations.pin'), icon: 'pin' },
      { id: 'muted', label: chosen.muted ? t('conversations.unmute') : t('conversations.mute'), icon: 'bellOff' },
      chosen.unread > 0 && { id: 'read', label: t('conversations.markRead'), icon: 'check' },
      chosen.conversation !== 's:' && { id: 'profile', label: t('conversations.profile'), icon: 'person' },
    ];
    return list.filter((item) => item !== false);
  });

  function open(chosen: Row, event: MouseEvent | KeyboardEvent): void {
    row.value = chosen;
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const pointed = event instanceof MouseEvent && (event.clientX > 0 || event.clientY > 0);
    at.value = pointed ? { x: event.clientX, y: event.clientY } : { x: box.left + 48, y: box.top + 32 };
  }

  function choose(id: string): void {
    const chosen = row.value;
    if (!chosen) return;
    const { conversation } = chosen;
    if (id === 'pinned' || id === 'muted') conversations.toggleMark(id, conversation);
    else if (id === 'read') conversations.markRead(conversation, chosen.headSeq, 0);
    else
      void router.push({
        name: conversation.startsWith('u:') ? 'person' : 'group',
        params: { key: conversation.slice(2) },
      });
  }

  return { at, items, open, choose, close: () => (at.value = null) };
}
