import { GodwitError } from 'godwit-sdk';
import { onScopeDispose, type Ref, ref } from 'vue';

export interface Polling {
  error: Ref<unknown>;
  /** Now, not when it is due. */
  refresh: () => Promise<void>;
}

/**
 * Runs `work` at once and then `every` ms after it was done, while the page is visible; one at a time, and no earlier
 * than a server asked to wait. A failure is told and tried again.
 */
export function usePolling(work: (signal: AbortSignal) => Promise<void>, every: number): Polling {
  const error = ref<unknown>(null);
  const stop = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<void> | null = null;

  async function run(): Promise<void> {
    const failure = await work(stop.signal).then(
      () => null,
      (reason: unknown) => reason,
    );
    running = null;
    if (stop.signal.aborted) return;
    error.value = failure;
    const asked = failure instanceof GodwitError ? (failure.retryAfterMs ?? 0) : 0;
    if (document.visibilityState === 'visible') timer = setTimeout(() => void refresh(), Math.max(every, asked));
  }

  function refresh(): Promise<void> {
    clearTimeout(timer);
    running ??= run();
    return running;
  }

  function onVisibility(): void {
    if (document.visibilityState === 'visible') void refresh();
    else clearTimeout(timer);
  }

  document.addEventListener('visibilitychange', onVisibility);
  onScopeDispose(() => {
    stop.abort();
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', onVisibility);
  });
  void refresh();
  return { error, refresh };
}
