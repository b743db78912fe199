import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ApiUser } from './kit/api_user';
import { friends } from './kit/cast';
import type { Person } from './kit/person';
import { Stage } from './kit/stage';
import { say } from './kit/words';

/** Ada has two tabs in one browser, and a phone. */
describe('tabs and devices', () => {
  let stage: Stage;
  let first: Person;
  let second: Person;
  let phone: Person;
  let bob: ApiUser;
  const opened = new Map<Person, number>();

  const connections = () => stage.server.metric('godwit_sockets');

  /** Counts the sockets that a tab opens from here on. */
  function watch(tab: Person): Person {
    opened.set(tab, 0);
    tab.page.on('websocket', () => opened.set(tab, (opened.get(tab) ?? 0) + 1));
    return tab;
  }

  beforeAll(async () => {
    stage = await Stage.open();
    [, bob] = (await friends(stage, { ada: 'Ada', bob: 'Bob' })) as [ApiUser, ApiUser];
    first = watch(await stage.person('ada', 'Ada'));
    await first.logIn();
  });
  afterEach((context) => stage.judge(context));
  afterAll(() => stage?.close());

  it('lets a second tab in without a password, on the one socket', async () => {
    await bob.send('u:ada', 'to both tabs');
    second = watch(await first.secondTab());
    await second.visit('/chat/u:bob');
    await second.chat.sees('to both tabs');
    await first.chat.open('Bob');
    await bob.send('u:ada', 'live in both');
    for (const tab of [first, second]) await tab.chat.sees('live in both');
    expect([opened.get(first), opened.get(second)]).toEqual([1, 0]);
    expect(await connections()).toBe(1);
  });

  it('shows in each tab what was written in the other, once', async () => {
    await second.chat.say('from the second');
    await first.chat.say('from the first');
    for (const tab of [first, second]) {
      for (const text of ['from the second', 'from the first']) {
        await tab.chat.mark(text, 'sent').waitFor();
        expect(await tab.chat.articles.filter({ hasText: text }).count()).toBe(1);
      }
    }
  });

  it('goes on in the second tab when the first is closed', async () => {
    await first.page.close();
    await expect.poll(() => opened.get(second)).toBe(1);
    await bob.send('u:ada', 'after the first tab');
    await second.chat.sees('after the first tab');
    await second.chat.say('still here');
    await second.chat.mark('still here', 'sent').waitFor();
    await expect.poll(connections).toBe(1);
  });

  it('carries own messages and the read position to another device', async () => {
    phone = await stage.person('ada', 'Ada', { viewport: { width: 390, height: 844 } });
    await phone.logIn({ stay: true });
    await second.chat.say('from the desk');
    await phone.chat.row('Bob').filter({ hasText: 'from the desk' }).waitFor();
    await second.settings.open('keys');
    await bob.send('u:ada', 'read me on the phone');
    const unread = second.destination('chats', say('shell.unread', { n: 1 }));
    await unread.waitFor();
    expect(await phone.page.getByRole('main').count()).toBe(1);
    await phone.chat.row('Bob').click();
    await phone.chat.sees('read me on the phone');
    expect(await phone.page.getByRole('main').count()).toBe(1);
    await unread.waitFor({ state: 'hidden' });
  });

  it('shows on every device, and after a reload, what a friend has read', async () => {
    await phone.chat.say('have you read this?');
    await phone.chat.mark('have you read this?', 'sent').waitFor();
    const { items } = await bob.call<{ items: { conversation: string; headSeq: number }[] }>('GET', '/v1/conversations');
    await bob.call('PUT', '/v1/conversations/u:ada/read', { seq: items[0]?.headSeq });
    await phone.chat.mark('have you read this?', 'read').waitFor();
    await phone.page.reload();
    await phone.chat.mark('have you read this?', 'read').waitFor();
    const tablet = await stage.person('ada', 'Ada');
    await tablet.logIn();
    await tablet.chat.open('Bob');
    await tablet.chat.mark('have you read this?', 'read').waitFor();
    await tablet.leave();
  });

  it('says when the same session is opened in another place, and takes it back', async () => {
    const copy = await stage.person('ada', 'Ada', { storageState: await phone.context.storageState() });
    await copy.visit();
    await copy.isIn();
    await phone.page.getByText(say('shell.banner.replaced')).first().waitFor();
    await phone.press(say('shell.bannerAction.takeOver'));
    await copy.page.getByText(say('shell.banner.replaced')).first().waitFor();
    await bob.send('u:ada', 'taken back');
    await phone.chat.sees('taken back');
    await copy.leave();
  });

  it('logs out in all tabs, and nowhere else', async () => {
    const third = await second.secondTab();
    await third.visit('/');
    await third.isIn();
    await second.logOut();
    for (const tab of [second, third]) await tab.isOut();
    await bob.send('u:ada', 'the phone stays');
    await phone.chat.sees('the phone stays');
  });
});
