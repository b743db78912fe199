import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { effectScope, nextTick, ref } from 'vue';
import { secondsLeft, useCountdown } from './countdown';

beforeEach(() => vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => vi.useRealTimers());

it('rounds up, so that it says 1 until it is over', () => {
  expect(secondsLeft(1001, 1000)).toBe(1);
  expect(secondsLeft(3000, 1000)).toBe(2);
  expect(secondsLeft(1000, 1000)).toBe(0);
  expect(secondsLeft(0, 1000)).toBe(0);
});

it('counts down, starts over with another moment, and has no clock running when it is over', async () => {
  const until = ref<number | undefined>(1_003_000);
  const scope = effectScope();
  const seconds = scope.run(() => useCountdown(until));
  expect(seconds?.value).toBe(3);
  vi.advanceTimersByTime(1250);
  expect(seconds?.value).toBe(2);
  until.value = Date.now() + 10_000;
  await nextTick();
  expect(seconds?.value).toBe(10);
  vi.advanceTimersByTime(10_250);
  expect(seconds?.value).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
  until.value = Date.now() + 5000;
  await nextTick();
  expect(vi.getTimerCount()).toBe(1);
  scope.stop();
  expect(vi.getTimerCount()).toBe(0);
});
