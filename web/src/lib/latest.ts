import { onScopeDispose, ref } from 'vue';

/** Of several questions the newest: an older one that is still under way is given up, and its answer passed over. */
export function useLatest() {
  const busy = ref(false);
  const error = ref<unknown>(null);
  let under: AbortController | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function stop(): void {
    clearTimeout(timer);
    under?.abort();
    under = undefined;
    busy.value = false;
    error.value = null;
  }

  /** Whoever asks looks at the signal before using what came. */
  async function run(ask: (signal: AbortSignal) => Promise<void>): Promise<void> {
    stop();
    const mine = (under = new AbortController());
    busy.value = true;
    try {
      await ask(mine.signal);
    } catch (problem) {
      if (!mine.signal.aborted) error.value = problem;
    } finally {
      if (under === mine) busy.value = false;
    }
  }

  /** Asks when nothing newer was asked for so long. */
  function later(ms: number, ask: (signal: AbortSignal) => Promise<void>): void {
    stop();
    busy.value = true;
    timer = setTimeout(() => void run(ask), ms);
  }

  onScopeDispose(stop);
  return { busy, error, run, later, stop };
}
