import { watchEffect } from 'vue';
import { useI18n } from 'vue-i18n';
import { useRoute } from 'vue-router';
import { pageTitle } from './navigation';
import { useConversations } from '@/stores/conversations';

/** How much is unread stands on the tab: in its title, and as a dot on its sign. */
export function usePageTitle(): void {
  const { t } = useI18n();
  const route = useRoute();
  const conversations = useConversations();
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');

  watchEffect(() => {
    document.title = pageTitle(conversations.unreadTotal, route.meta.title ? t(route.meta.title) : '');
    const href = conversations.unreadTotal > 0 ? '/favicon-unread.svg' : '/favicon.svg';
    if (icon && icon.getAttribute('href') !== href) icon.href = href;
  });
}
