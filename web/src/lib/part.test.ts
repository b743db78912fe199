import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { mostTries, part } from './part';

const lost = () => new TypeError('Failed to fetch dynamically imported module: http://h/assets/more-1.js');
const page = (entry: string) => new Response(`<script type="module" src="${entry}"></script>`);
const answers = vi.fn<() => Promise<Response>>();

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('fetch', answers);
  document.head.innerHTML = '<script type="module" src="/assets/index-1.js"></script>';
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  answers.mockReset();
});

/** Runs to the end, however long is waited for. */
async function outcome<T>(asked: Promise<T>): Promise<T | Error> {
  const ended = asked.catch((error: Error) => error);
  await vi.runAllTimersAsync();
  return ended;
}

it('asks again while the server asks to wait, as long as it asks', async () => {
  answers.mockResolvedValue(new Response('', { status: 429, headers: { 'Retry-After': '3' } }));
  const load = vi.fn<() => Promise<string>>().mockRejectedValueOnce(lost()).mockRejectedValueOnce(lost());
  load.mockResolvedValue('screen');
  const begun = Date.now();
  expect(await outcome(part(load)())).toBe('screen');
  expect(load).toHaveBeenCalledTimes(3);
  expect(Date.now() - begun).toBeGreaterThanOrEqual(6000);
});

it('asks again where the server has the part by now', async () => {
  answers.mockImplementation(async () => page('/assets/index-1.js'));
  const load = vi.fn<() => Promise<string>>().mockRejectedValueOnce(lost()).mockResolvedValue('screen');
  expect(await outcome(part(load)())).toBe('screen');
});

it('has a bound', async () => {
  answers.mockImplementation(async () => new Response('', { status: 503 }));
  const load = vi.fn<() => Promise<string>>().mockRejectedValue(lost());
  expect(await outcome(part(load)())).toBeInstanceOf(Error);
  expect(load).toHaveBeenCalledTimes(mostTries);
});

it('tells at once of a newer page, of a server that is away, and of a fault of its own', async () => {
  answers.mockImplementationOnce(async () => page('/assets/index-2.js')).mockRejectedValueOnce(new TypeError('network'));
  for (const error of [lost(), lost(), new Error('a bug')]) {
    const load = vi.fn<() => Promise<string>>().mockRejectedValue(error);
    expect(await outcome(part(load)())).toBe(error);
    expect(load).toHaveBeenCalledTimes(1);
  }
});
