import { useI18n } from 'vue-i18n';
import { useConversations } from '@/stores/conversations';
import { useGroups } from '@/stores/groups';
import { usePeople } from '@/stores/people';
import { useSession } from '@/stores/session';

/** What people, groups and conversations are called on the screen. */
export function useNames() {
  const { t } = useI18n();
  const session = useSession();
  const people = usePeople();
  const groups = useGroups();
  const conversations = useConversations();

  const groupName = (key: string): string =>
    groups.groups.get(key)?.name ?? conversations.rows.get(`g:${key}`)?.group?.name ?? t('chat.someGroup');

  function conversationName(conversation: string): string {
    if (conversation.startsWith('u:')) return people.displayName(conversation.slice(2));
    return conversation.startsWith('g:') ? groupName(conversation.slice(2)) : t('chat.notices');
  }

  function conversationAvatar(conversation: string): string {
    const key = conversation.slice(2);
    if (conversation.startsWith('u:')) return people.person(key).avatar;
    if (!conversation.startsWith('g:')) return '🔔';
    return groups.groups.get(key)?.avatar ?? conversations.rows.get(conversation)?.group?.avatar ?? '';
  }

  /** Who does something, and to whom it is done. */
  const subject = (key: string): string => (key === session.me ? t('chat.you') : people.displayName(key));
  const object = (key: string): string => (key === session.me ? t('chat.youObject') : people.displayName(key));

  return { groupName, conversationName, conversationAvatar, subject, object };
}
