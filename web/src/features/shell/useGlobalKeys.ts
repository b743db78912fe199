import { onScopeDispose, ref } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { type GlobalKey, globalKey, isTyping, somethingOver } from './globalKeys';
import { destinations, placeOf } from './navigation';
import { neighbour } from './switcher';
import { useConversations } from '@/stores/conversations';

/** The keys that work on every screen behind the login. */
export function useGlobalKeys() {
  const route = useRoute();
  const router = useRouter();
  const conversations = useConversations();
  const switcherOpen = ref(false);
  const helpOpen = ref(false);

  function step(by: 1 | -1): void {
    const list = conversations.sorted.map((row) => row.conversation);
    const to = neighbour(list, route.params['conversation'] as string | undefined, by);
    if (to) void router.push({ name: 'chat', params: { conversation: to } });
  }

  /** Out of a field first, then out of what is open beside the list. */
  function leave(target: EventTarget | null): boolean {
    if (isTyping(target)) {
      (target as HTMLElement).blur();
      return true;
    }
    if (!route.meta.detail) return false;
    const place = placeOf(route.path);
    void router.push(destinations.find((to) => to.place === place)?.path ?? '/');
    return true;
  }

  const actions: Record<GlobalKey, (target: EventTarget | null) => unknown> = {
    switcher: () => (switcherOpen.value = !switcherOpen.value),
    help: () => (helpOpen.value = true),
    next: () => step(1),
    previous: () => step(-1),
    leave,
  };

  function onKey(event: KeyboardEvent): void {
    const key = globalKey(event, isTyping(event.target));
    if (!key || (key !== 'switcher' && somethingOver())) return;
    if (actions[key](event.target) !== false) event.preventDefault();
  }

  document.addEventListener('keydown', onKey);
  onScopeDispose(() => document.removeEventListener('keydown', onKey));
  return { switcherOpen, helpOpen };
}
