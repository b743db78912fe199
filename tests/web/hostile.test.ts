import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ApiUser } from './kit/api_user';
import { friends } from './kit/cast';
import { overflow } from './kit/look';
import type { Person } from './kit/person';
import { Stage } from './kit/stage';
import { say } from './kit/words';

const markup = '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>';
/** Turns what follows round where it is not fenced in. */
const rightToLeft = '\u202Egnp.exe\u202D';
const zalgo = 'z\u0335\u0321\u0348\u0301a\u0337\u0316\u0302l\u0336\u0322g\u0335\u031Bo\u0338\u0345'.repeat(20);
const word = 'W'.repeat(8192);
const texts = [
  markup,
  '<svg onload=alert(1)><a href="javascript:alert(1)">x</a>',
  'javascript:alert(document.domain)',
  'data:text/html,<script>alert(1)</script>',
  '{{ constructor.constructor("alert(1)")() }}',
  'https://example.invalid/?q="><b onmouseover=alert(1)>go</b>',
  rightToLeft,
  zalgo,
  word,
  '👩‍👩‍👧‍👦🏴‍☠️🇩🇪',
  'line\u2028separator\u0007bell\u200Bzero\uFEFFwidth',
];

/** Mallory says terrible things, and is called so. */
describe('hostile texts', () => {
  let stage: Stage;
  let ada: Person;
  let mallory: ApiUser;
  let service: string;
  const asked: string[] = [];
  const dialogs: string[] = [];

  /** Nothing of it became an element, ran, opened a dialog, asked somebody else, or made the page too wide. */
  async function isInert(page: Page): Promise<void> {
    const made = await page.evaluate(() => {
      const pictures = 'main img:not([src^="/"]), aside img:not([src^="/"])';
      const handlers = 'svg[onload], [onerror], [onmouseover], body script:not([src])';
      const alien = document.querySelectorAll(`${pictures}, ${handlers}, iframe, object, embed`);
      const leadsOut = (link: HTMLAnchorElement) => !/^(https?|mailto):$/.test(link.protocol);
      const links = [...document.querySelectorAll('a')].filter(leadsOut);
      return [...alien, ...links].map((element) => element.outerHTML.slice(0, 200));
    });
    expect(made).toEqual([]);
    expect(await page.title()).not.toContain('owned');
    expect(await overflow(page)).toBe(0);
    expect(dialogs).toEqual([]);
    expect(asked.filter((url) => !url.startsWith(stage.server.url))).toEqual([]);
  }

  beforeAll(async () => {
    stage = await Stage.open();
    [, mallory] = (await friends(stage, { ada: 'Ada', mallory: 'Mallory' })) as [ApiUser, ApiUser];
    const profile = { name: markup.slice(0, 60), bio: markup, avatar: 'https://example.invalid/x.png' };
    await mallory.call('PATCH', '/v1/me', profile);
    const group = await mallory.createGroup('<b>gnp.exe</b>', [await stage.login('ada')]);
    const notice = texts.slice(0, 6).join('\n');
    await mallory.call('PATCH', `/v1/groups/${group}`, { notice, avatar: 'javascript:alert(1)' });
    for (const text of texts) await mallory.send(`g:${group}`, text);
    for (const text of texts) await mallory.send('u:ada', text);
    const reply = await mallory.send('u:ada', 'the last one');
    const answer = { type: 101, msgReceiver: 'ada', msg: 'answer', clientId: 'answer', replyTo: reply.id };
    await mallory.call('POST', '/v1/messages', answer);
    service = (await stage.server.admin('key', '--name', 'shop')).trim().split('\n').at(-1) as string;
    const push = { to: { users: ['ada'] }, title: markup.slice(0, 100), msg: markup, clientId: 'n' };
    await stage.server.call('POST', '/v1/push', push, service);
    ada = await stage.person('ada', 'Ada');
    ada.page.on('request', (request) => asked.push(request.url()));
    ada.page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    await ada.logIn({ stay: true });
  });
  afterEach((context) => stage.judge(context));
  afterAll(() => stage?.close());

  it('are shown as they are in a conversation', async () => {
    await ada.visit('/chat/u:mallory');
    await ada.chat.sees(markup);
    await isInert(ada.page);
    await ada.chat.toLatest.click();
    await ada.chat.sees('the last one');
    await isInert(ada.page);
    const { log } = ada.chat;
    for (const text of texts.slice(0, 6)) {
      await scrollTo(ada, text);
      await log.getByText(text, { exact: true }).first().waitFor();
    }
    await isInert(ada.page);
  });

  it('make links of the web and of mail alone, which tell nobody where one comes from', async () => {
    const links = await ada.chat.log.getByRole('link').evaluateAll((all) =>
      all.map((link) => [(link as HTMLAnchorElement).protocol, link.getAttribute('rel'), link.getAttribute('target')]),
    );
    expect(links.length).toBeGreaterThan(0);
    for (const link of links) expect(link).toEqual(['https:', 'noopener noreferrer', '_blank']);
  });

  it('are inert in a group, in its profile, in that of a person, in notices and in search', async () => {
    await ada.goTo('contacts');
    await isInert(ada.page);
    for (const path of ['/chat/s:', '/contacts/person/mallory', '/contacts']) {
      await ada.visit(path);
      await ada.isIn();
      await ada.page.getByText(/<img src=x/).first().waitFor();
      await isInert(ada.page);
    }
    await ada.page.getByRole('complementary').getByRole('link').filter({ hasText: '<b>' }).first().click();
    await ada.page.getByText('{{ constructor', { exact: false }).first().waitFor();
    await isInert(ada.page);
    await ada.press(say('groups.chat'));
    await ada.chat.sees('line');
    await isInert(ada.page);
    await ada.goTo('search');
    await ada.page.getByRole('searchbox', { name: say('search.placeholder') }).fill('onerror');
    await ada.page.getByRole('complementary').locator('mark').first().waitFor();
    await isInert(ada.page);
  });

  it('fit on a small screen', async () => {
    await ada.page.setViewportSize({ width: 320, height: 640 });
    for (const path of ['/', '/chat/u:mallory', '/contacts', '/contacts/person/mallory', '/search']) {
      await ada.visit(path);
      await ada.page.getByText(/onerror|the last one|Search/).filter({ visible: true }).first().waitFor();
      expect(await overflow(ada.page), path).toBe(0);
    }
  });

  it('come back from one\'s own field unharmed', async () => {
    await ada.visit('/chat/u:mallory');
    await ada.chat.say(markup);
    await ada.chat.mark(markup, 'sent').waitFor();
    await isInert(ada.page);
    await ada.page.reload();
    await ada.chat.mark(markup, 'sent').waitFor();
    await isInert(ada.page);
  });
});

describe('the safety of the page', () => {
  let stage: Stage;
  let ada: Person;

  /** Everything that the browser keeps for the page, as text. */
  async function kept(): Promise<string> {
    return ada.page.evaluate(async () => {
      const read = <T>(request: IDBRequest<T>) =>
        new Promise<T>((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      const found: unknown[] = [{ ...localStorage }, { ...sessionStorage }, document.cookie];
      for (const { name } of await indexedDB.databases()) {
        const database = await read(indexedDB.open(name as string));
        for (const store of database.objectStoreNames) {
          found.push(await read(database.transaction(store).objectStore(store).getAll()));
        }
        database.close();
      }
      for (const name of await caches.keys()) {
        const requests = await (await caches.open(name)).keys();
        found.push(requests.map((request) => request.url));
      }
      return JSON.stringify(found);
    });
  }

  /** The token that the page uses, from a call that it makes. */
  async function token(): Promise<string> {
    const call = ada.page.waitForRequest(
      (request) => new URL(request.url()).pathname === '/v1/sessions' && request.method() === 'GET',
    );
    await ada.settings.open('devices');
    const header = (await (await call).headerValue('authorization')) ?? '';
    expect(header).toMatch(/^Bearer \S{20,}/);
    return header.slice('Bearer '.length);
  }

  beforeAll(async () => {
    stage = await Stage.open();
    await friends(stage, { ada: 'Ada', bob: 'Bob' });
    ada = await stage.person('ada', 'Ada');
  });
  afterEach((context) => stage.judge(context));
  afterAll(() => stage?.close());

  it('keeps the token for the life of the tab alone: over a reload, in no storage beyond it, and not in a new tab', async () => {
    await ada.logIn();
    const mine = await token();
    const ofTab = await ada.page.evaluate(() => {
      const text = JSON.stringify({ ...sessionStorage });
      sessionStorage.clear();
      return text;
    });
    expect(ofTab).toContain(mine);
    expect(await kept()).not.toContain(mine);
    await ada.page.evaluate((text) => Object.assign(sessionStorage, JSON.parse(text)), ofTab);
    await ada.page.reload();
    await ada.isIn();
    await ada.page.close();
    ada = await ada.secondTab();
    await ada.visit();
    await ada.isOut();
  });

  it('keeps it with "stay signed in", until one logs out', async () => {
    await ada.logIn({ stay: true });
    const mine = await token();
    expect(await kept()).toContain(mine);
    await ada.page.reload();
    await ada.isIn();
    await ada.logOut();
    await ada.isOut();
    expect(await kept()).not.toContain(mine);
    await expect(stage.server.call('GET', '/v1/me', undefined, mine)).rejects.toThrow('401');
  });

  it('is served under a policy without exceptions', async () => {
    const { headers } = await fetch(stage.server.url);
    const policy = headers.get('content-security-policy') ?? '';
    const parts = ["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"];
    for (const part of [...parts, "require-trusted-types-for 'script'"]) expect(policy).toContain(part);
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect([headers.get('x-content-type-options'), headers.get('referrer-policy')]).toEqual(['nosniff', 'no-referrer']);
  });

  it('blocks and reports what breaks the policy', async () => {
    await ada.visit('/login');
    const tried = await ada.page.evaluate(() => {
      const script = document.createElement('script');
      try {
        script.textContent = 'document.title = "owned"';
      } catch (error) {
        document.body.append(document.createElement('p'));
        return `refused: ${(error as Error).name}`;
      }
      document.body.append(script);
      return 'added';
    });
    expect(tried).toBe('refused: TypeError');
    await ada.page.evaluate(() => {
      const styled = document.createElement('p');
      styled.setAttribute('style', 'color: red');
      document.body.append(styled);
    });
    await expect.poll(() => stage.faults.found.join('\n')).toMatch(/policy: require-trusted-types-for/);
    await expect.poll(() => stage.faults.found.join('\n')).toMatch(/policy: style-src/);
    expect(await ada.page.title()).not.toBe('owned');
    stage.faults.found.length = 0;
  });
});

/** Brings a message of the conversation into the document. */
async function scrollTo(person: Person, text: string): Promise<void> {
  const wanted = person.chat.log.getByText(text, { exact: true }).first();
  await expect
    .poll(async () => {
      if ((await wanted.count()) > 0) return true;
      await person.chat.log.evaluate((log) => (log.scrollTop = Math.max(0, log.scrollTop - log.clientHeight / 2)));
      return false;
    })
    .toBe(true);
}
