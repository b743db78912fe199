import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { atThePage, friends } from './kit/cast';
import type { Person } from './kit/person';
import { Stage } from './kit/stage';
import { say } from './kit/words';

const names = { ada: 'Ada Lovelace', bob: 'Bob Kahn', cleo: '克莉奥' };

/** The life of a group, from its making to its end; each test goes on where the one before ended. */
describe('a group', () => {
  let stage: Stage;
  let ada: Person;
  let bob: Person;
  let cleo: Person;
  let dora: Person;

  beforeAll(async () => {
    stage = await Stage.open();
    await friends(stage, names);
    await stage.account('dora', 'Dora');
    [ada, bob, cleo, dora] = (await atThePage(stage, { ...names, dora: 'Dora' })) as [Person, Person, Person, Person];
  });
  afterEach((context) => stage.judge(context));
  afterAll(() => stage?.close());

  it('is made, and everybody in it reads and writes', async () => {
    await ada.groups.create('Tide watchers', [bob.name, cleo.name]);
    await ada.chat.say('Low water at six');
    for (const other of [bob, cleo]) {
      await other.chat.open('Tide watchers');
      await other.chat.sees('Low water at six');
    }
    await cleo.chat.say('我来');
    for (const other of [ada, bob]) await other.chat.sees('我来');
    await bob.chat.message('我来').getByText(cleo.name).waitFor();
  });

  it('is renamed and has a notice, which all see at once', async () => {
    await ada.groups.look('Tide watchers');
    await ada.groups.edit({ name: 'Ebb and flood', notice: 'Bring boots' });
    await bob.chat.sees(say('chat.eventRenamed', { actor: ada.name, name: 'Ebb and flood' }));
    await bob.chat.sees(say('chat.eventNotice', { actor: ada.name }));
    await bob.page.getByRole('main').getByRole('heading', { name: 'Ebb and flood' }).waitFor();
    await cleo.groups.look('Ebb and flood');
    await cleo.page.getByText('Bring boots').waitFor();
    await cleo.chat.open('Ebb and flood');
  });

  it('mutes a member and lets them write again', async () => {
    await ada.groups.choose(bob.name, 'muteDots');
    const muted = say('chat.cannotMutedForever').slice(0, 20);
    const refused = bob.page.getByRole('main').getByRole('status').filter({ hasText: muted });
    await refused.waitFor();
    expect(await bob.chat.composer.count()).toBe(0);
    await ada.groups.choose(bob.name, 'unmute');
    await bob.chat.say('Allowed again');
    await cleo.chat.sees('Allowed again');
  });

  it('has admins, who recall what others wrote', async () => {
    await ada.groups.choose(cleo.name, 'makeAdmin');
    await bob.chat.sees(say('chat.eventRoleAdmin', { actor: ada.name, target: cleo.name }));
    await cleo.chat.choose('Allowed again', 'recall');
    await cleo.confirm(say('chat.recall'));
    await bob.chat.message('Allowed again').waitFor({ state: 'hidden' });
  });

  it('is handed over, asked twice', async () => {
    await ada.groups.choose(cleo.name, 'handOver');
    await ada.groups.member(cleo.name).getByText(say('groups.roles.owner'), { exact: true }).waitFor();
    await bob.chat.sees(say('chat.eventRoleOwner', { actor: ada.name, target: cleo.name }));
    await cleo.groups.look('Ebb and flood');
    await cleo.page.getByText(say('groups.youAre.owner')).waitFor();
  });

  it('is left, and applied for again', async () => {
    await bob.groups.look('Ebb and flood');
    await bob.groups.leave();
    await cleo.groups.member(bob.name).waitFor({ state: 'hidden' });
    const address = await groupAddress(cleo);
    await dora.visit(address);
    await dora.groups.apply('I know the tides');
    await cleo.page.getByText('I know the tides').waitFor();
    await cleo.press(say('contacts.approveNamed', { name: dora.name }));
    await cleo.groups.member(dora.name).waitFor();
    await dora.press(say('groups.chat'));
    await dora.chat.say('Hello from Dora');
    await ada.chat.open('Ebb and flood');
    await ada.chat.sees(say('chat.eventJoined', { actor: dora.name }));
    await ada.chat.sees('Hello from Dora');
  });

  it('removes a member, who reads on what was theirs', async () => {
    await cleo.groups.choose(dora.name, 'remove');
    await dora.page.getByText(say('chat.cannotLeft')).waitFor();
    await dora.chat.sees('Hello from Dora');
  });

  it('is dissolved by its owner, and stays readable', async () => {
    await cleo.groups.dissolve('Ebb and flood');
    await ada.page.getByText(say('chat.cannotDissolved')).waitFor();
    await ada.chat.sees('Hello from Dora');
  });
});

/** Where the group's own screen is: what an owner shares. */
async function groupAddress(owner: Person): Promise<string> {
  await owner.press(say('groups.invite'));
  const dialog = owner.page.getByRole('dialog');
  const address = await dialog.getByText(/^https?:\/\//).first().innerText();
  await owner.page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  return new URL(address).pathname;
}
