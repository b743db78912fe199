import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ApiUser } from './kit/api_user';
import { friends } from './kit/cast';
import { flood } from './kit/flood';
import { echoTimes, firstShown, scrollUp, transferred, watchFirst } from './kit/measure';
import type { Person } from './kit/person';
import { Proxy } from './kit/proxy';
import { Stage } from './kit/stage';
import { say } from './kit/words';

/** In a conversation of issue 4's size; fewer make a quick try. */
const messages = Number(process.env['MESSAGES'] ?? 100_000);
const tell = (what: string) => process.stdout.write(`    measured: ${what}\n`);

/** Figures are printed; what holds them is wide enough for a machine that does other things as well. */
describe('speed', () => {
  let stage: Stage;
  let proxy: Proxy;
  let ada: Person;
  let bob: ApiUser;

  beforeAll(async () => {
    stage = await Stage.open();
    proxy = await Proxy.to(stage.server.url);
    const [first, second] = (await friends(stage, { ada: 'Ada', bob: 'Bob' })) as [ApiUser, ApiUser];
    bob = second;
    await flood(stage.server.url, bob, 'ada', messages);
    // As if read long ago on another device: only what lies in the archive is the matter here.
    await first.call('POST', '/v1/acks', { 'u:bob': messages });
    await first.call('PUT', '/v1/conversations/u:bob/read', { seq: messages });
    ada = await stage.person('ada', 'Ada', {}, proxy.url);
  }, 240_000);
  afterEach((context) => stage.judge(context));
  afterAll(async () => {
    await stage?.close();
    await proxy?.close();
  });

  it('loads little', async () => {
    const stranger = await stage.person('nobody', 'Nobody');
    const entrance = transferred(stranger.page);
    await stranger.visit('/login');
    await stranger.field(say('auth.key')).waitFor();
    await stranger.page.waitForLoadState('networkidle');
    const first = await entrance();
    tell(`first load: ${first.files} files, ${first.gzipKb} KB gzip of JS and CSS`);
    expect(first.files).toBeGreaterThan(1);
    expect(first.gzipKb).toBeLessThanOrEqual(300);
    await stranger.leave();
  });

  it('is usable soon on a slow machine', async () => {
    const stranger = await stage.person('nobody', 'Nobody');
    const slow = await stranger.context.newCDPSession(stranger.page);
    await slow.send('Emulation.setCPUThrottlingRate', { rate: 4 });
    const begun = Date.now();
    await stranger.visit('/login');
    await stranger.field(say('auth.key')).fill('ada');
    expect(await stranger.field(say('auth.key')).inputValue()).toBe('ada');
    const ms = Date.now() - begun;
    tell(`usable at a 4x slowed CPU after ${ms} ms`);
    expect(ms).toBeLessThan(10_000);
    await stranger.leave();
  });

  it('shows the list from the last visit, also when the server is slow', async () => {
    await ada.logIn({ stay: true });
    await ada.chat.open('Bob');
    await ada.chat.articles.first().waitFor();
    await watchFirst(ada.page, '[aria-label="List"] a[href^="/chat/"]');
    const late = 4000;
    proxy.late(/^\S+ \/v1\//, late);
    await ada.visit('/');
    await ada.chat.row('Bob').waitFor();
    const ms = await firstShown(ada.page);
    tell(`second start: the list after ${ms} ms, with a server that answers after ${late} ms`);
    expect(ms).toBeLessThan(late / 2);
    proxy.restore();
    await ada.page.reload();
  });

  it('echoes what is written at once', async () => {
    await ada.chat.open('Bob');
    proxy.late(/^POST \/v1\/messages /, 1000);
    const times = await echoTimes(ada, 5);
    proxy.restore();
    tell(`local echo: ${times.map((ms) => ms.toFixed(1)).join(', ')} ms`);
    expect(times[2]).toBeLessThan(400);
    await ada.chat.mark('echo 4', 'sent').waitFor();
  });

  it('scrolls through a long conversation without a jump, with few rows in the document', async () => {
    await ada.chat.open('Bob');
    await ada.chat.sees('echo 4');
    const { rows, jump, from, to } = await scrollUp(ada.page, 600);
    tell(`${messages} messages: at most ${rows} rows, ${jump} px of jump, ${from - to} messages up`);
    expect(from - to).toBeGreaterThan(500);
    expect(rows).toBeLessThanOrEqual(300);
    expect(jump).toBeLessThanOrEqual(2);
  });

  it('jumps to where search found something, and back to the end', async () => {
    await ada.goTo('search');
    await ada.page.getByRole('searchbox', { name: say('search.placeholder') }).fill('message 17');
    const hit = ada.page.getByRole('complementary').getByRole('link').filter({ hasText: /^.*message 17\b/ }).first();
    await hit.click();
    await ada.chat.sees('message 17');
    await ada.chat.toLatest.click();
    await ada.chat.sees('echo 4');
  });
});
