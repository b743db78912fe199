import { expect, test } from 'vitest';
import { all, GodwitApi, GodwitError } from '../src/index.js';
import { FakeClock } from './kit/clock.js';

type Fetch = typeof fetch;
const api = (answer: Fetch, clock = new FakeClock()): GodwitApi =>
  new GodwitApi({ url: 'http://x/', token: 't', fetch: answer, clock });
const fault = (calling: Promise<unknown>): Promise<GodwitError> =>
  calling.then(
    () => expect.fail('no error'),
    (error: GodwitError) => error,
  );

test('says what it wants and who asks', async () => {
  const calls: [string, RequestInit][] = [];
  const fake = (async (url: string, init: RequestInit) => {
    calls.push([url, init]);
    return new Response('{"items":[],"next":null}');
  }) as Fetch;
  await api(fake).search({ q: '你好 a&b+c', limit: 3 });
  await api(fake).history('g:x/../y', { after: 4 });
  await api(fake).setAlias('ann', 'Ann');
  expect(calls.map(([url]) => url)).toEqual([
    'http://x/v1/messages/search?q=%E4%BD%A0%E5%A5%BD+a%26b%2Bc&limit=3',
    'http://x/v1/conversations/g:x%2F..%2Fy/messages?after=4',
    'http://x/v1/friends/ann',
  ]);
  expect(calls[2]?.[1]).toMatchObject({ method: 'PATCH', body: '{"alias":"Ann"}', credentials: 'omit' });
  expect(calls[2]?.[1].headers).toEqual({ Authorization: 'Bearer t', 'Content-Type': 'application/json' });
});

test('a problem becomes an error with everything it says', async () => {
  const body = {
    type: 't',
    title: 't',
    status: 422,
    code: 'invalid_fields',
    detail: 'd',
    retryable: false,
    traceId: 'x1',
    fields: { msg: 'too long' },
  };
  const error = await fault(
    api(async () => new Response(JSON.stringify(body), { status: 422, headers: { 'Retry-After': '3' } })).me(),
  );
  expect(error).toBeInstanceOf(GodwitError);
  expect(error).toMatchObject({
    code: 'invalid_fields',
    status: 422,
    retryable: false,
    detail: 'd',
    traceId: 'x1',
    fields: { msg: 'too long' },
    retryAfterMs: 3000,
  });
});

test.each([
  [200, '<html>', true],
  [502, '<html>', true],
  [429, '<html>', true],
  [404, '<html>', false],
  [500, '{"no":"problem"}', true],
])('%i with %s is a bad answer', async (status, text, retryable) => {
  expect(await fault(api(async () => new Response(text, { status })).me())).toMatchObject({
    code: 'bad_answer',
    status,
    retryable,
  });
});

test('no network, and no answer in time', async () => {
  expect(await fault(api(() => Promise.reject(new TypeError('Failed to fetch'))).me())).toMatchObject({
    code: 'network',
    status: 0,
    retryable: true,
  });
  const clock = new FakeClock();
  const hanging: Fetch = (_, init) =>
    new Promise((_resolve, reject) => init?.signal?.addEventListener('abort', () => reject(new Error('aborted'))));
  const waiting = fault(api(hanging, clock).me());
  await clock.pass(15_000);
  expect(await waiting).toMatchObject({ code: 'timeout', status: 0, retryable: true });
});

test('a call can be given up', async () => {
  const hanging: Fetch = (_, init) =>
    new Promise((_resolve, reject) => init?.signal?.addEventListener('abort', () => reject(new Error('aborted'))));
  const stop = new AbortController();
  const waiting = fault(api(hanging).me(stop.signal));
  stop.abort();
  expect((await waiting).name).toBe('AbortError');
  expect((await fault(api(hanging).me(stop.signal))).name).toBe('AbortError');
});

test('a 204 is nothing, not a fault', async () => {
  expect(await api(async () => new Response(null, { status: 204 })).block('ann')).toBeUndefined();
});

test('all follows the cursors, up to a bound', async () => {
  const pages = (page: { cursor?: string }) => {
    const at = Number(page.cursor ?? 0);
    return Promise.resolve({ items: [at, at + 1], next: at < 8 ? String(at + 2) : null });
  };
  expect(await all(pages)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  await expect(all(pages, 5)).rejects.toMatchObject({ code: 'too_many_items' });
});

test('with patience, what only reads is asked again when the server says, and no longer than that', async () => {
  const clock = new FakeClock();
  let calls = 0;
  const busy = JSON.stringify({ type: 't', title: 't', status: 429, code: 'rate_limited', detail: '', retryable: true });
  const answer = (async () => {
    calls += 1;
    return calls < 3 ? new Response(busy, { status: 429, headers: { 'Retry-After': '2' } }) : new Response('{"key":"ann"}');
  }) as Fetch;
  const patient = new GodwitApi({ url: 'http://x', fetch: answer, clock, patienceMs: 5000 });
  const read = patient.me();
  await clock.pass(3999);
  expect(calls).toBe(2);
  await clock.pass(1);
  expect(await read).toEqual({ key: 'ann' });
  calls = -5;
  const lost = fault(patient.me());
  await clock.pass(60_000);
  expect((await lost).code).toBe('rate_limited');
  expect(calls).toBe(-2);
  calls = 0;
  expect((await fault(patient.block('eve'))).status).toBe(429);
  expect((await fault(new GodwitApi({ url: 'http://x', fetch: answer, clock }).me())).status).toBe(429);
});
