import { computed, type ComputedRef, onScopeDispose, ref, toValue, type MaybeRefOrGetter, watch } from 'vue';

/** Whole seconds from `now` to `until`, both Unix milliseconds; never below 0. */
export const secondsLeft = (until: number, now: number): number => Math.max(0, Math.ceil((until - now) / 1000));

/**
 * Counts down to a moment, in whole seconds; 0 once it is over or where there is none. The clock runs only while there
 * is one to come.
 */
export function useCountdown(until: MaybeRefOrGetter<number | undefined>): ComputedRef<number> {
  const now = ref(Date.now());
  let timer: ReturnType<typeof setInterval> | undefined;
  const stop = () => {
    clearInterval(timer);
    timer = undefined;
  };
  const tick = () => {
    now.value = Date.now();
    if (secondsLeft(toValue(until) ?? 0, now.value) === 0) stop();
  };
  watch(
    () => toValue(until),
    (moment) => {
      stop();
      now.value = Date.now();
      if (moment && moment > now.value) timer = setInterval(tick, 250);
    },
    { immediate: true },
  );
  onScopeDispose(stop);
  return computed(() => secondsLeft(toValue(until) ?? 0, now.value));
}
