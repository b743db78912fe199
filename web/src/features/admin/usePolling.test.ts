import { GodwitError } from 'godwit-sdk';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { effectScope } from 'vue';
import { type Polling, usePolling } from './usePolling';

let visible = true;
const show = (now: boolean) => {
  visible = now;
  document.dispatchEvent(new Event('visibilitychange'));
};

function start(work: (signal: AbortSignal) => Promise<void>) {
  const scope = effectScope();
  return { scope, polling: scope.run(() => usePolling(work, 5000)) as Polling };
}

describe('usePolling', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    visible = true;
    vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => (visible ? 'visible' : 'hidden'));
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it('works at once and then a pause after each', async () => {
    const work = vi.fn().mockResolvedValue(undefined);
    const { scope } = start(work);
    expect(work).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(4999);
    expect(work).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(10_001);
    expect(work).toHaveBeenCalledTimes(4);
    scope.stop();
  });

  it('never has two under way', async () => {
    let done = () => undefined as void;
    const work = vi.fn(() => new Promise<void>((resolve) => (done = resolve)));
    const { scope, polling } = start(work);
    await vi.advanceTimersByTimeAsync(60_000);
    void polling.refresh();
    show(true);
    expect(work).toHaveBeenCalledTimes(1);
    done();
    await vi.advanceTimersByTimeAsync(5000);
    expect(work).toHaveBeenCalledTimes(2);
    scope.stop();
  });

  it('rests while nobody looks, and asks as soon as somebody does', async () => {
    const work = vi.fn().mockResolvedValue(undefined);
    const { scope } = start(work);
    await vi.advanceTimersByTimeAsync(0);
    show(false);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(work).toHaveBeenCalledTimes(1);
    show(true);
    expect(work).toHaveBeenCalledTimes(2);
    scope.stop();
  });

  it('tells a failure, waits as long as the server asks, and forgets it when it works again', async () => {
    const refusal = new GodwitError({ code: 'rate_limited', status: 429, retryable: true, retryAfterMs: 20_000 });
    const work = vi.fn().mockRejectedValueOnce(refusal).mockResolvedValue(undefined);
    const { scope, polling } = start(work);
    await vi.advanceTimersByTimeAsync(19_999);
    expect(work).toHaveBeenCalledTimes(1);
    expect(polling.error.value).toBe(refusal);
    await vi.advanceTimersByTimeAsync(1);
    expect(work).toHaveBeenCalledTimes(2);
    expect(polling.error.value).toBeNull();
    scope.stop();
  });

  it('stops with its scope, and stops what is under way', async () => {
    let seen: AbortSignal | undefined;
    const work = vi.fn((signal: AbortSignal) => {
      seen = signal;
      return new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    });
    const { scope, polling } = start(work);
    scope.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(seen?.aborted).toBe(true);
    expect(work).toHaveBeenCalledTimes(1);
    expect(polling.error.value).toBeNull();
  });
});
