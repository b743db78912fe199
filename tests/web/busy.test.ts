import type { Request, Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { friends } from './kit/cast';
import type { Person } from './kit/person';
import { Proxy } from './kit/proxy';
import { Stage } from './kit/stage';
import { say } from './kit/words';

const busy = { status: 429, headers: { 'Retry-After': '1' }, body: '' };
const isPart = (url: URL) => /^\/assets\/more-.*\.js$/.test(url.pathname);

/** What the page asks for, how often, and what it does where it is refused. */
describe('behind limits and proxies', () => {
  let stage: Stage;
  let proxy: Proxy;
  let ada: Person;

  /** The first `count` requests for it are refused as a busy server does. */
  async function refuse(person: Person, what: (url: URL) => boolean, count: number): Promise<() => number> {
    let left = count;
    await person.page.route(what, (route: Route) => (left-- > 0 ? route.fulfill(busy) : route.continue()));
    return () => count - Math.max(0, left);
  }

  /** The calls of a page from here on: method and path. */
  function callsOf(person: Person): string[] {
    const calls: string[] = [];
    person.page.on('request', (request: Request) => {
      const { pathname, searchParams } = new URL(request.url());
      const box = searchParams.get('box');
      if (pathname.startsWith('/v1/')) calls.push(`${request.method()} ${pathname}${box ? `?box=${box}` : ''}`);
    });
    return calls;
  }

  beforeAll(async () => {
    stage = await Stage.open();
    await friends(stage, { ada: 'Ada', bob: 'Bob' });
    proxy = await Proxy.to(stage.server.url);
  });
  afterEach((context) => stage.judge(context));
  afterAll(async () => {
    await stage?.close();
    await proxy?.close();
  });

  it('asks for each list once on load, and after a cut only for what may have moved unheard', async () => {
    ada = await stage.person('ada', 'Ada', {}, proxy.url);
    const calls = callsOf(ada);
    await ada.logIn({ stay: true });
    await expect.poll(() => calls).toContain('GET /v1/offline');
    await ada.page.waitForLoadState('networkidle');
    expect(calls.sort()).toEqual([
      'GET /v1/blocks', 'GET /v1/conversations', 'GET /v1/friend-requests?box=in', 'GET /v1/friend-requests?box=out',
      'GET /v1/friends', 'GET /v1/group-requests?box=in', 'GET /v1/group-requests?box=out', 'GET /v1/groups',
      'GET /v1/me', 'GET /v1/offline', 'POST /v1/sessions',
    ]);
    await ada.page.waitForTimeout(3500); // a list is fresh for 3 s
    calls.length = 0;
    proxy.cut();
    await expect.poll(() => calls, { timeout: 20_000 }).toContain('GET /v1/conversations');
    await ada.page.waitForLoadState('networkidle');
    expect(calls.filter((call) => call !== 'GET /v1/me').sort()).toEqual(['GET /v1/conversations', 'GET /v1/offline']);
  });

  it('waits and asks again for a part that a busy server refused', async () => {
    const person = await stage.person('ada', 'Ada');
    const refused = await refuse(person, isPart, 2);
    await person.logIn();
    await person.goTo('settings');
    await person.page.getByRole('complementary').getByRole('link', { name: say('settings.devices') }).waitFor();
    expect(refused()).toBe(2);
    expect(await person.page.getByText(say('shell.reloadTitle')).count()).toBe(0);
    stage.faults.found.splice(0); // the browser writes each refusal to the console
    await person.leave();
  });

  it('waits and asks again for lists that a busy server refused', async () => {
    const person = await stage.person('ada', 'Ada');
    const refused = await refuse(person, (url) => url.pathname === '/v1/friends', 2);
    await person.logIn();
    await person.goTo('contacts');
    // In the list of contacts: he stands among the chats, too.
    await person.page.getByRole('list', { name: say('contacts.title') }).getByText('Bob').waitFor();
    expect(refused()).toBe(2);
    stage.faults.found.splice(0);
    await person.leave();
  });

  it('offers to load a newer page only where there is one', async () => {
    const person = await stage.person('ada', 'Ada');
    await person.page.route(isPart, (route) => route.fulfill({ status: 404, body: '' }));
    await person.page.route('**/', (route) =>
      route.request().isNavigationRequest() ? route.continue() : route.fulfill({ body: '<script type="module" src="/assets/index-new.js">' }),
    );
    await person.logIn();
    await person.goTo('settings');
    await person.page.getByRole('dialog').getByText(say('shell.reloadTitle')).waitFor();
    stage.faults.found.splice(0);
    await person.leave();
  });

  it('says that something refuses sockets while calls are answered, and to whom that matters', async () => {
    proxy.refuse(/^GET \/v1\/socket/);
    const person = await stage.person('bob', 'Bob', {}, proxy.url);
    await person.logIn();
    const banner = person.page.getByTestId('connection-banner');
    await banner.getByText(say('shell.banner.blocked')).waitFor({ timeout: 30_000 });
    await banner.getByText(say('shell.blockedHint')).waitFor();
    proxy.restore();
    await banner.waitFor({ state: 'hidden', timeout: 45_000 });
    stage.faults.found.splice(0);
    await person.leave();
  });
});
