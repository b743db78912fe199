// @vitest-environment node
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeEach, expect, it, vi } from 'vitest';

const source = readFileSync(fileURLToPath(new URL('../worker/sw.js', import.meta.url)), 'utf8');
const FILES = ['/', '/assets/index-1.js', '/assets/more-1.js', '/favicon.svg'];

const kept = new Map(); // name → path → text
let server; // path → { status, text }; null where there is none
let asked = [];
let handlers;

const pathOf = (request) => new URL(typeof request === 'string' ? request : request.url, 'http://h').pathname;
const answerOf = ({ status = 200, text = '', headers = {} }) => new Response(text, { status, headers });

const caches = {
  keys: async () => [...kept.keys()],
  delete: async (name) => kept.delete(name),
  open: async (name) => {
    if (!kept.has(name)) kept.set(name, new Map());
    const files = kept.get(name);
    return {
      put: async (file, answer) => void files.set(pathOf(file), await answer.text()),
      match: async (file) => (files.has(pathOf(file)) ? answerOf({ text: files.get(pathOf(file)) }) : undefined),
    };
  },
  match: async (file) => {
    for (const files of kept.values()) if (files.has(pathOf(file))) return answerOf({ text: files.get(pathOf(file)) });
    return undefined;
  },
};

/** The worker as a browser would start it, in a version of its own. */
function start(version, files = FILES) {
  handlers = {};
  const self = {
    location: { origin: 'http://h' },
    skipWaiting: () => undefined,
    addEventListener: (name, handler) => (handlers[name] = handler),
  };
  const text = source.replace("'VERSION'", JSON.stringify(version)).replace('FILES', JSON.stringify(files));
  const fetch = async (request) => {
    asked.push(pathOf(request));
    if (!server) throw new TypeError('no network');
    const found = server[pathOf(request)] ?? { status: 404 };
    return answerOf(await (typeof found === 'function' ? found() : found));
  };
  new Function('self', 'caches', 'fetch', text)(self, caches, fetch);
}

async function run(name) {
  let done;
  handlers[name]({ waitUntil: (work) => (done = work) });
  await done;
}

/** What the page gets; undefined where the worker leaves the request to the browser. */
async function get(path, mode = 'cors', method = 'GET') {
  let answer;
  handlers.fetch({ request: { url: `http://h${path}`, mode, method }, respondWith: (work) => (answer = work) });
  return answer && (await answer).text();
}

const pageOf = (n) => ({
  '/': { text: `page ${n} /assets/index-${n}.js` },
  '/chat/u:bob': { text: `page ${n} /assets/index-${n}.js` },
  [`/assets/index-${n}.js`]: { text: `entry ${n}` },
  [`/assets/more-${n}.js`]: { text: `more ${n}` },
  '/favicon.svg': { text: 'icon' },
});
const filesOf = (n) => FILES.map((file) => file.replace('-1.', `-${n}.`));

beforeEach(() => {
  kept.clear();
  asked = [];
  server = pageOf(1);
  start('v1');
});

it("shows the server's page while there is a server, and the kept one where there is none", async () => {
  await run('install');
  server = pageOf(2);
  expect(await get('/chat/u:bob', 'navigate')).toContain('page 2');
  server = null;
  expect(await get('/chat/u:bob', 'navigate')).toContain('page 1');
  expect(await get('/assets/more-1.js')).toBe('more 1');
  server = { '/chat/u:bob': { status: 502 } };
  expect(await get('/chat/u:bob', 'navigate')).toContain('page 1');
});

it('does not wait long for a server that is silent', async () => {
  await run('install');
  vi.useFakeTimers();
  server = { '/': () => new Promise(() => undefined) };
  const shown = get('/', 'navigate');
  await vi.advanceTimersByTimeAsync(3000);
  vi.useRealTimers();
  expect(await shown).toContain('page 1');
});

it('keeps out of calls, of what is sent, and of what the server shows beside the page', async () => {
  await run('install');
  for (const path of ['/v1/me', '/v1/conversations', '/healthz']) expect(await get(path)).toBeUndefined();
  for (const path of ['/docs/errors', '/openapi.yaml', '/v1/me']) expect(await get(path, 'navigate')).toBeUndefined();
  expect(await get('/assets/index-1.js', 'cors', 'POST')).toBeUndefined();
  expect([...kept.values()].flatMap((files) => [...files.keys()]).sort()).toEqual([...FILES].sort());
});

it('keeps no page of another version, and nothing of one that it could not have whole', async () => {
  server['/'] = { text: 'page 2 /assets/index-2.js' };
  await expect(run('install')).rejects.toThrow('another version');
  server = { ...pageOf(1), '/assets/more-1.js': { status: 404 } };
  await expect(run('install')).rejects.toThrow('more-1.js: 404');
  server = null;
  await expect(get('/', 'navigate')).rejects.toThrow('no network');
});

it('waits where a busy server asks it to', async () => {
  let refusals = 2;
  server['/assets/more-1.js'] = () => (refusals-- > 0 ? { status: 429, headers: { 'Retry-After': '1' } } : { text: 'more 1' });
  vi.useFakeTimers();
  const installed = run('install');
  await vi.advanceTimersByTimeAsync(2000);
  vi.useRealTimers();
  await installed;
  expect(asked.filter((path) => path === '/assets/more-1.js')).toHaveLength(3);
});

it('takes over from the version before, keeps its parts, and drops what is older', async () => {
  for (const n of [1, 2, 3]) {
    server = pageOf(n);
    start(`v${n}`, filesOf(n));
    await run('install');
    await run('activate');
  }
  expect([...kept.keys()]).toEqual(['godwit-page-v2', 'godwit-page-v3']);
  server = null;
  expect(await get('/', 'navigate')).toContain('page 3');
  expect(await get('/assets/more-2.js')).toBe('more 2');
  await expect(get('/assets/more-1.js')).rejects.toThrow('no network');
});
