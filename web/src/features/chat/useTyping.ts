import { computed, type ComputedRef } from 'vue';
import { useI18n } from 'vue-i18n';
import { useConversations } from '@/stores/conversations';
import { usePeople } from '@/stores/people';

/** Who is writing in a conversation, in words; empty while nobody is. */
export function useTyping(conversation: () => string): ComputedRef<string> {
  const { t } = useI18n();
  const conversations = useConversations();
  const people = usePeople();
  return computed(() => {
    const names = [...(conversations.typing.get(conversation())?.keys() ?? [])].map(people.displayName);
    const [a, b] = names;
    if (!a) return '';
    if (!b) return t('chat.typingOne', { name: a });
    return names.length === 2 ? t('chat.typingTwo', { a, b }) : t('chat.typingMany');
  });
}
