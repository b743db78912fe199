import { onScopeDispose, ref, type Ref } from 'vue';

/** The time, moving on while the caller lives: what ends at a time (a mute) then ends on the screen too. */
export function useNow(everyMs = 15_000): Ref<number> {
  const now = ref(Date.now());
  const timer = setInterval(() => (now.value = Date.now()), everyMs);
  onScopeDispose(() => clearInterval(timer));
  return now;
}
