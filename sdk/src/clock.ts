/** Time, passed in so that tests decide about it. */
export interface Clock {
  /** Unix milliseconds. */
  now(): number;
  setTimeout(run: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (run, ms) => setTimeout(run, ms),
  clearTimeout: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
};

/** Resolves after `ms`, or as soon as the signal aborts. */
export function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      clock.clearTimeout(timer);
      signal?.removeEventListener('abort', go);
      resolve();
    };
    const timer = clock.setTimeout(go, signal?.aborted ? 0 : ms);
    signal?.addEventListener('abort', go);
  });
}

/** Resolves with the work, or with `late` after `ms`. */
export function within<T, L>(clock: Clock, ms: number, work: Promise<T>, late: L): Promise<T | L> {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimeout(() => resolve(late), ms);
    work.then(resolve, reject).finally(() => clock.clearTimeout(timer));
  });
}
