import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { friends } from './kit/cast';
import type { Person } from './kit/person';
import { Proxy } from './kit/proxy';
import { Stage } from './kit/stage';
import { say } from './kit/words';

/** Tall enough for every message of a test to be in the document at once. */
const tall = { viewport: { width: 1000, height: 6000 } };
const within = { timeout: 60_000 };
const numbered = (word: string, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `${word}-${from + index};`);

describe('while the network is bad', () => {
  let stage: Stage;
  let proxy: Proxy;
  let ada: Person;
  let bob: Person;

  /** All of them on both screens: each once, in the order in which they were written. */
  async function bothSee(word: string, count: number): Promise<void> {
    const pattern = new RegExp(`${word}-\\d+;`);
    for (const { chat } of [ada, bob]) {
      await expect.poll(() => chat.texts(pattern), within).toEqual(numbered(word, 1, count));
    }
  }

  beforeAll(async () => {
    stage = await Stage.open();
    await friends(stage, { ada: 'Ada', bob: 'Bob' });
    proxy = await Proxy.to(stage.server.url);
    ada = await stage.person('ada', 'Ada', tall, proxy.url);
    bob = await stage.person('bob', 'Bob', tall);
    await ada.logIn({ stay: true });
    await bob.logIn();
    await ada.contacts.look('Bob');
    await ada.press(say('contacts.message'));
    await bob.contacts.look('Ada');
    await bob.press(say('contacts.message'));
  });
  afterEach((context) => stage.judge(context));
  afterAll(async () => {
    await stage?.close();
    await proxy?.close();
  });

  it('keeps what is written offline, and sends it when the network is back', async () => {
    await ada.context.setOffline(true);
    await ada.page.getByText(say('shell.banner.offline')).first().waitFor();
    await ada.chat.header.getByText(say('common.unknown')).waitFor(); // nobody tells whether Bob is there
    for (const text of numbered('offline', 1, 3)) await ada.chat.say(text);
    await ada.chat.mark('offline-3;', 'waiting').waitFor();
    await bob.chat.say('Are you there?');
    await ada.context.setOffline(false);
    await bothSee('offline', 3);
    await ada.chat.sees('Are you there?');
    await ada.page.getByText(say('shell.banner.offline')).first().waitFor({ state: 'hidden' });
  });

  it('loses nothing and doubles nothing while the line is cut 20 times', async () => {
    for (let cut = 0; cut < 20; cut += 1) {
      for (const text of numbered('cut', cut * 3 + 1, cut * 3 + 3)) await ada.chat.say(text);
      await expect.poll(() => proxy.cut()).toBeGreaterThan(0);
      // Some cuts fall between the message and its answer: it is stored, and nobody was told.
      if (cut % 7 === 6) proxy.loseAnswers(/^POST \/v1\/messages /, 4);
    }
    await bothSee('cut', 60);
    expect(proxy.cuts).toBeGreaterThanOrEqual(20);
    expect(proxy.takeLost()).toBeGreaterThan(4);
  });

  it('makes no double of a message whose answer was lost', async () => {
    // Chromium asks again by itself where a connection that was in use before is lost; the page comes to know of it by
    // the later ones.
    const losses = 8;
    proxy.loseAnswers(/^POST \/v1\/messages /, losses);
    for (const text of numbered('lost', 1, 4)) await ada.chat.say(text);
    await bothSee('lost', 4);
    expect(proxy.takeLost()).toBe(losses);
    await ada.chat.mark('lost-4;', 'read').waitFor();
  });

  it('sends what was unsent at a reload once, in order', async () => {
    proxy.break();
    for (const text of numbered('reload', 1, 5)) await ada.chat.say(text);
    await ada.chat.mark('reload-5;', 'waiting').waitFor();
    proxy.restore();
    proxy.late(/^POST \/v1\/messages /, 400);
    await ada.page.reload();
    await bothSee('reload', 5);
    proxy.restore();
  });

  it('says when it tries again, and tries at once when told to', async () => {
    proxy.break();
    // Late enough in the countdown's life that it is the button, and not the end of the count, that connects.
    await ada.page.getByText(/Reconnecting in ([5-9]|\d\d) s/).first().waitFor({ timeout: 60_000 });
    const retry = ada.button(say('shell.bannerAction.retry'));
    const tries = proxy.refused;
    await retry.click();
    await expect.poll(() => proxy.refused, { timeout: 4000 }).toBeGreaterThan(tries);
    await ada.page.getByText(/Reconnecting in ([3-9]|\d\d) s/).first().waitFor({ timeout: 60_000 });
    proxy.restore();
    await retry.click();
    await retry.waitFor({ state: 'hidden' });
    await bob.chat.say('Welcome back');
    await ada.chat.sees('Welcome back');
  });

  it('survives the server: killed and started again while both write', async () => {
    for (let kill = 0; kill < 3; kill += 1) {
      for (const text of numbered('kill', kill * 4 + 1, kill * 4 + 4)) await ada.chat.say(text);
      for (const text of numbered('answer', kill * 2 + 1, kill * 2 + 2)) await bob.chat.say(text);
      await stage.server.kill();
      await ada.chat.log.getByText('kill-1;').waitFor();
      await stage.server.start();
    }
    await bothSee('kill', 12);
    await bothSee('answer', 6);
    await bob.chat.say('Still here');
    await ada.chat.sees('Still here');
  });

  it('is never a blank page: what was read stays, what cannot be had is said', async () => {
    await ada.goTo('search');
    await ada.goTo('chats');
    await stage.server.kill();
    await ada.goTo('search');
    await ada.page.getByRole('searchbox', { name: say('search.placeholder') }).fill('kill');
    await ada.page.getByRole('alert').filter({ hasText: say('errors.network') }).waitFor();
    await ada.chat.open('Bob');
    await ada.chat.sees('Still here');
    await ada.chat.say('into the void');
    await ada.chat.mark('into the void', 'waiting').waitFor();
    await stage.server.start();
    await bob.chat.sees('into the void');
    await bob.chat.say('And again');
    await ada.chat.sees('And again');
  });

  it('shows the list over a reload without a server, and goes on when it is back', async () => {
    await ada.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await stage.server.kill();
    await ada.page.reload();
    await ada.chat.row('Bob').waitFor();
    await ada.chat.open('Bob');
    await ada.chat.sees('And again');
    await ada.chat.say('written without a server');
    await ada.chat.mark('written without a server', 'waiting').waitFor();
    await stage.server.start();
    await bob.chat.sees('written without a server');
    await ada.chat.mark('written without a server', 'sent').or(ada.chat.mark('written without a server', 'read')).first().waitFor();
  });

  it('says so where a screen that was never open cannot be had, and does not go blank', async () => {
    await ada.goTo('settings');
    const devices = ada.page.getByRole('complementary').getByRole('link', { name: say('settings.devices') });
    await devices.waitFor();
    proxy.break();
    await devices.click();
    await ada.page.getByRole('dialog').or(ada.page.getByRole('alert')).filter({ hasText: /\S/ }).first().waitFor();
    await ada.destination('chats').waitFor();
    proxy.restore();
  });

  it('shows nothing of who has logged out, server or not', async () => {
    await ada.logOut();
    await ada.isOut();
    await stage.server.kill();
    await ada.visit('/chat/u:bob');
    await ada.isOut();
    expect(await ada.page.content()).not.toContain('And again');
    await stage.server.start();
  });
});
