import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from './kit/person';
import { Stage } from './kit/stage';
import { say } from './kit/words';

/** Three people, each with a browser of their own; each test goes on where the one before ended. */
describe('three people talk', () => {
  let stage: Stage;
  let ada: Person;
  let bob: Person;
  let cleo: Person;

  beforeAll(async () => {
    stage = await Stage.open();
    ada = await stage.person('ada', 'Ada Lovelace');
    bob = await stage.person('bob', 'Bob Kahn');
    cleo = await stage.person('cleo', '克莉奥');
  });
  afterEach((context) => stage.judge(context));
  afterAll(() => stage?.close());

  it('registers on the page and is logged in', async () => {
    for (const person of [ada, bob, cleo]) await person.register();
    await ada.page.getByRole('button', { name: say('shell.account', { name: 'Ada Lovelace' }) }).waitFor();
    await ada.page.getByText(say('conversations.noneTitle')).waitFor();
  });

  it('finds, asks and approves', async () => {
    await ada.contacts.ask('bob', bob.name, 'It is Ada, from the mill');
    const waiting = bob.destination('contacts', say('shell.pending', { n: 1 }));
    await waiting.waitFor();
    await bob.contacts.openRequests();
    await bob.contacts.request(ada.name).getByText('It is Ada, from the mill').waitFor();
    await bob.contacts.approve(ada.name);
    await bob.press(say('contacts.messageNamed', { name: ada.name }));
    await bob.chat.composer.waitFor();
    await bob.contacts.openRequests();
    await ada.contacts.look(bob.name);
    await ada.page.getByText(say('common.online'), { exact: true }).first().waitFor();
    await cleo.contacts.ask('ada', ada.name, '');
    await ada.contacts.approve(cleo.name);
  });

  it('talks both ways, with read marks, typing and unread counts', async () => {
    await ada.contacts.look(bob.name);
    await ada.press(say('contacts.message'));
    await ada.chat.say('Good morning, Bob');
    await ada.chat.mark('Good morning, Bob', 'sent').waitFor();
    await bob.destination('chats', say('shell.unread', { n: 1 })).waitFor();
    await bob.chat.open(ada.name);
    await bob.chat.sees('Good morning, Bob');
    await ada.chat.mark('Good morning, Bob', 'read').waitFor();
    await bob.chat.composer.pressSequentially('Mor');
    await ada.chat.header.getByText(say('chat.typingOne', { name: bob.name })).first().waitFor();
    await bob.chat.say('Morning. 茶 🍵?');
    await ada.chat.sees('Morning. 茶 🍵?');
    await bob.chat.mark('Morning. 茶 🍵?', 'read').waitFor();
  });

  it('shows who comes and goes', async () => {
    await ada.chat.header.getByText(say('common.online'), { exact: true }).waitFor();
    await bob.logOut();
    await bob.isOut();
    await ada.chat.header.getByText(say('common.offline'), { exact: true }).waitFor();
    await bob.logIn();
    await ada.chat.header.getByText(say('common.online'), { exact: true }).waitFor();
    await bob.chat.open(ada.name);
    await bob.chat.sees('Good morning, Bob');
  });

  it('replies, and the quotation leads back', async () => {
    await bob.chat.choose('Good morning, Bob', 'reply');
    await bob.page.getByText(say('chat.replyingTo', { name: ada.name })).waitFor();
    await bob.chat.say('The same to you');
    const answer = ada.chat.message('The same to you');
    await answer.getByTitle(say('chat.toQuoted', { name: ada.name })).click();
    await ada.chat.message('Good morning, Bob').waitFor();
  });

  it('recalls: gone for both, to be edited again by its writer', async () => {
    await ada.chat.say('I hate mondays');
    await bob.chat.sees('I hate mondays');
    await ada.chat.choose('I hate mondays', 'recall');
    await bob.chat.sees(say('chat.eventRecalled', { actor: ada.name }));
    expect(await bob.chat.log.getByText('I hate mondays').count()).toBe(0);
    await ada.page.getByRole('button', { name: say('chat.editAgain') }).click();
    expect(await ada.chat.composer.inputValue()).toBe('I hate mondays');
    await ada.chat.composer.fill('');
  });

  it('searches and jumps', async () => {
    await ada.goTo('search');
    await ada.page.getByRole('searchbox', { name: say('search.placeholder') }).fill('茶');
    const hit = ada.page.getByRole('complementary').getByRole('link').filter({ hasText: '茶' });
    expect(await hit.locator('mark').innerText()).toBe('茶');
    await hit.click();
    await ada.chat.sees('Morning. 茶 🍵?');
  });
});
