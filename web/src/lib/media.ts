import { onScopeDispose, ref, type Ref } from 'vue';

/** Whether a media query holds, now and as it changes. */
export function useMedia(query: string): Ref<boolean> {
  const list = matchMedia(query);
  const holds = ref(list.matches);
  const changed = (event: MediaQueryListEvent) => (holds.value = event.matches);
  list.addEventListener('change', changed);
  onScopeDispose(() => list.removeEventListener('change', changed));
  return holds;
}
