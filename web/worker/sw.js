/**
 * The page for when the server is not there. What stands in capitals is filled in by scripts/worker.mjs.
 *
 * Where the server answers, it is the server's page that is shown, whatever is kept here: an old one never stays. Only
 * files of the page are kept, never an answer of the API. Parts have their content in their name, so a kept one is as
 * good as a fetched one; those of the version before stay too, for a tab that still shows it.
 */
const version = 'VERSION';
const files = FILES; // '/' first, then its entry
const prefix = 'godwit-page-';
const versionsKept = 2;
const waitMs = 3000;
const tries = 5;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const busy = ({ status }) => status === 429 || (status >= 502 && status <= 504);

async function fetchFile(file) {
  for (let tried = 1; ; tried += 1) {
    const answer = await fetch(file, file.startsWith('/assets/') ? {} : { cache: 'no-cache' });
    if (answer.ok) return answer;
    if (!busy(answer) || tried >= tries) throw new Error(`${file}: ${answer.status}`);
    await pause(Math.min(30_000, Number(answer.headers.get('Retry-After') ?? 0) * 1000 || 1000 * 2 ** tried));
  }
}

/** All or nothing, and of one version: a server that was upgraded meanwhile has another worker to offer. */
async function install() {
  const cache = await caches.open(prefix + version);
  const [page, ...others] = files;
  const answer = await fetchFile(page);
  if (!(await answer.clone().text()).includes(others[0])) throw new Error('a page of another version');
  for (const file of others) {
    const kept = file.startsWith('/assets/') ? await caches.match(file, { ignoreVary: true }) : undefined;
    await cache.put(file, kept ?? (await fetchFile(file)));
  }
  await cache.put(page, answer);
}

async function dropOld() {
  const names = (await caches.keys()).filter((name) => name.startsWith(prefix) && name !== prefix + version);
  await Promise.all(names.slice(0, Math.max(0, names.length - versionsKept + 1)).map((name) => caches.delete(name)));
}

/** The server's page; the kept one where there is no server, or only a proxy without one. */
async function show(request) {
  const kept = await (await caches.open(prefix + version)).match('/', { ignoreVary: true });
  if (!kept) return fetch(request);
  const asked = fetch(request).then((answer) => (busy(answer) ? kept : answer));
  return Promise.race([asked, pause(waitMs).then(() => kept)]).catch(() => kept);
}

const part = async (request) => (await caches.match(request, { ignoreVary: true })) ?? fetch(request);

/** Routes of the page, and not what else the server shows at addresses of its own. */
const isRoute = (path) => !/^\/(v\d|docs|healthz|debug|openapi\.yaml|asyncapi\.yaml)/.test(path);

self.addEventListener('install', (event) => event.waitUntil(install().then(() => self.skipWaiting())));
self.addEventListener('activate', (event) => event.waitUntil(dropOld()));
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) return;
  if (request.mode === 'navigate' && isRoute(pathname)) event.respondWith(show(request));
  else if (pathname.startsWith('/assets/')) event.respondWith(part(request));
});
