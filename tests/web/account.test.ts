import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { password } from './kit/api_user';
import { friends } from './kit/cast';
import type { Person } from './kit/person';
import { Stage } from './kit/stage';
import { say } from './kit/words';

const other = 'a much longer secret';

/** What one does with an account, and with the people that one knows. Bob is at two devices. */
describe('an account', () => {
  let stage: Stage;
  let ada: Person;
  let bob: Person;
  let laptop: Person;

  beforeAll(async () => {
    stage = await Stage.open();
    await friends(stage, { ada: 'Ada', bob: 'Bob' });
    ada = await stage.person('ada', 'Ada');
    bob = await stage.person('bob', 'Bob');
    laptop = await stage.person('bob', 'Bob');
    for (const person of [ada, bob, laptop]) await person.logIn();
  });
  afterEach((context) => stage.judge(context));
  afterAll(() => stage?.close());

  it('refuses a wrong password in words of ours, and a bad key before it is sent', async () => {
    const stranger = await stage.person('ada', 'Ada', { locale: 'zh-CN' });
    await stranger.visit('/login');
    await stranger.page.locator('html[lang="zh-CN"]').waitFor();
    await stranger.press('English');
    await stranger.fillLogin(false, 'not the password');
    await stranger.page.getByRole('alert').filter({ hasText: say('errors.bad_credentials') }).waitFor();
    await stranger.visit('/register');
    await stranger.field(say('auth.key')).fill('AB');
    expect(await stranger.field(say('auth.key')).inputValue()).toBe('ab');
    await stranger.field(say('auth.password')).fill('short');
    await stranger.press(say('auth.register'));
    for (const rule of ['keyShort', 'passwordShort']) {
      await stranger.page.getByText(say(`auth.rules.${rule}`)).waitFor();
    }
    await stranger.field(say('auth.key')).fill('bob');
    await stranger.field(say('auth.password')).fill(password);
    await stranger.press(say('auth.register'));
    await stranger.page.getByText(say('errors.key_taken')).waitFor();
    await stranger.leave();
  });

  it('shows a changed profile to friends and on the other device', async () => {
    await ada.contacts.look('Bob');
    await bob.settings.open('profile');
    await bob.field(say('settings.name')).fill('Robert');
    await bob.page.getByLabel(say('settings.bio')).fill('Packets, mostly');
    await bob.press(say('common.save'));
    await ada.page.getByRole('heading', { name: 'Robert', exact: true }).waitFor();
    await ada.page.getByText('Packets, mostly').waitFor();
  });

  it('has aliases, which only their maker sees', async () => {
    await ada.press(say('contacts.aliasEdit'));
    await ada.page.getByRole('main').getByRole('textbox').fill('Bobby');
    await ada.page.keyboard.press('Enter');
    await ada.page.getByRole('heading', { name: 'Bobby', exact: true }).waitFor();
    await ada.page.getByRole('main').getByText('Robert', { exact: true }).waitFor();
  });

  it('blocks and unblocks', async () => {
    await ada.contacts.choose('block');
    await ada.page.getByText(say('contacts.blockedFriend', { name: 'Bobby' })).waitFor();
    await bob.contacts.look('Ada');
    await bob.press(say('contacts.message'));
    await bob.chat.say('Do you hear me?');
    await bob.chat.message('Do you hear me?').getByRole('img', { name: say('chat.failed'), exact: true }).waitFor();
    await bob.page.getByText(say('errors.blocked')).waitFor();
    await ada.contacts.choose('unblock');
    await bob.press(say('chat.retry'));
    await bob.chat.mark('Do you hear me?', 'sent').waitFor();
    await ada.chat.open('Bobby');
    await ada.chat.sees('Do you hear me?');
  });

  it('logs a device out from another one', async () => {
    await bob.settings.open('devices');
    const devices = bob.page.getByRole('region', { name: say('settings.otherDevices') });
    await devices.getByRole('listitem').filter({ hasText: 'Chrome' }).getByRole('button').click();
    await bob.confirm(say('settings.endDevice'));
    await laptop.isOut();
    await laptop.page.getByText(say('auth.ended.session_ended')).waitFor();
  });

  it('changes its password, which ends the other sessions and not this one', async () => {
    await laptop.logIn();
    await bob.settings.open('profile');
    await bob.field(say('settings.oldPassword')).fill('wrong wrong');
    await bob.field(say('settings.newPassword')).fill(other);
    await bob.press(say('settings.changePassword'));
    await bob.page.getByText(say('settings.oldPasswordWrong')).waitFor();
    await bob.field(say('settings.oldPassword')).fill(password);
    await bob.press(say('settings.changePassword'));
    await laptop.isOut();
    await bob.page.getByText(say('settings.passwordChanged')).waitFor();
    await laptop.fillLogin(false);
    await laptop.page.getByRole('alert').filter({ hasText: say('errors.bad_credentials') }).waitFor();
    await laptop.fillLogin(false, other);
    await laptop.isIn();
  });

  it('ends a friendship on both sides', async () => {
    await bob.contacts.look('Ada');
    await bob.contacts.choose('remove');
    await ada.page.getByText(say('chat.cannotNotFriends', { name: 'Robert' })).waitFor();
    await ada.chat.sees('Do you hear me?');
    await bob.page.getByRole('button', { name: say('contacts.addFriend') }).waitFor();
  });
});
