import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { password } from './kit/api_user';
import type { Person } from './kit/person';
import { Stage } from './kit/stage';
import { say } from './kit/words';

/** What an operator decides, on the screens: who may register, and what an administrator does with accounts and keys. */
describe('registration by invite', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.open({ GODWIT_REGISTRATION: 'invite' });
  });
  afterEach((context) => stage.judge(context));
  afterAll(() => stage?.close());

  it('asks for an invite, takes it out of the address, and says when it is no good', async () => {
    const invite = (await stage.server.admin('invite')).trim().split('\n').at(-1) as string;
    const [ada, bob] = [await stage.person('ada', 'Ada'), await stage.person('bob', 'Bob')];
    for (const [person, path] of [[ada, '/register'], [bob, `/register?invite=${invite}`]] as const) {
      await person.visit(path);
      await person.field(say('auth.key')).fill(person.key);
      await person.field(say('auth.password')).fill(password);
    }
    await ada.press(say('auth.register'));
    await ada.page.getByText(say('auth.rules.required')).waitFor();
    expect(await bob.field(say('auth.invite')).inputValue()).toBe(invite);
    await bob.press(say('auth.register'));
    await bob.isIn();
    await ada.field(say('auth.invite')).fill(invite);
    await ada.press(say('auth.register'));
    await ada.page.getByText(say('auth.inviteRefused')).waitFor();
    stage.faults.found.splice(0); // Chromium tells the console of each 403
  });
});

describe('registration that is closed', () => {
  it('shows no form', async () => {
    const stage = await Stage.open({ GODWIT_REGISTRATION: 'closed' });
    const ada = await stage.person('ada', 'Ada');
    await ada.visit('/register');
    await ada.page.getByRole('heading', { name: say('auth.closedTitle') }).waitFor();
    expect(await ada.page.locator('form').count()).toBe(0);
    await stage.close();
  });
});

describe('an administrator', () => {
  let stage: Stage;
  let ada: Person;
  beforeAll(async () => {
    stage = await Stage.open();
    await stage.account('ada', 'Ada');
    await stage.server.admin('users', 'grant-admin', 'ada');
    ada = await stage.person('ada', 'Ada');
    await ada.logIn();
  });
  afterEach((context) => stage.judge(context));
  afterAll(() => stage?.close());

  /** The password in the dialog that shows it once. */
  async function shownPassword(key: string): Promise<string> {
    const dialog = ada.page.getByRole('dialog', { name: say('admin.passwordTitle', { key }) });
    const text = await dialog.locator('.select-all').textContent();
    await dialog.getByRole('button', { name: say('common.close'), exact: true }).last().click();
    await dialog.waitFor({ state: 'hidden' });
    return text ?? '';
  }
  const logIn = (key: string, secret: string) =>
    stage.server.call('POST', '/v1/sessions', { key, password: secret, device: { id: 'again' } });

  it('adds an account and gives another one a new password, each shown once', async () => {
    await stage.account('bob', 'Bob');
    await ada.visit('/admin/users');
    await ada.press(say('admin.addUser'));
    await ada.page.getByLabel(say('admin.addUserKey'), { exact: true }).fill('Carol');
    await ada.page.getByRole('button', { name: say('admin.addIt'), exact: true }).click();
    await logIn('carol', await shownPassword('carol'));
    await ada.press('Bob');
    await ada.press(say('admin.resetPassword'));
    const asked = ada.page.getByRole('dialog', { name: say('admin.resetTitle', { name: 'Bob' }) });
    await asked.getByRole('button', { name: say('admin.resetPassword') }).click();
    await logIn('bob', await shownPassword('bob'));
    await expect(logIn('bob', password)).rejects.toThrow('401');
  });

  it('sees who is connected', async () => {
    await ada.visit('/admin/users');
    const row = ada.page.getByRole('row').filter({ hasText: 'ada' });
    const words = ada.page.getByLabel(say('admin.searchUsers'), { exact: true });
    // The list may have been asked for before this page's own socket stood: it is asked for again until it is seen.
    let asked = 0;
    await expect
      .poll(
        async () => {
          await words.fill('ada'.slice(0, 2 + (asked++ % 2)));
          return row.getByText(say('admin.connected')).isVisible();
        },
        { timeout: 15_000, interval: 1_000 },
      )
      .toBe(true);
  });

  it('sees the one process that has every role, and no shards', async () => {
    await ada.visit('/admin/nodes');
    await ada.page.getByText(say('admin.oneProcess')).waitFor();
    const card = ada.page.getByRole('listitem').filter({ hasText: 'node-1' }).first();
    await card.getByText(say('admin.processState.ready'), { exact: true }).waitFor();
    for (const role of ['gateway', 'user', 'dispatch', 'node', 'archive', 'offline'])
      await card.getByText(role, { exact: true }).waitFor();
    expect(await ada.page.getByText(say('admin.shardOwners')).count()).toBe(0);
  });

  it('revokes a service key', async () => {
    const key = (await stage.server.admin('key', '--name', 'harbour')).trim().split('\n').at(-1) as string;
    const push = () => stage.server.call('POST', '/v1/push', { to: { users: ['ada'] }, msg: 'x' }, key);
    await push();
    await ada.visit('/admin/keys');
    await ada.press(say('admin.revokeKey', { name: 'harbour' }));
    const asked = ada.page.getByRole('dialog', { name: say('admin.revokeTitle', { name: 'harbour' }) });
    await asked.getByRole('button', { name: say('admin.revoke'), exact: true }).click();
    await ada.page.getByText(say('admin.noKeys')).waitFor();
    await expect(push()).rejects.toThrow('401');
  });
});
