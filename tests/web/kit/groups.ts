import type { Locator } from 'playwright-core';
import type { Person } from './person';
import { say } from './words';

type MemberAction = 'muteDots' | 'unmute' | 'makeAdmin' | 'makeMember' | 'handOver' | 'remove';

/** Groups: made, looked after, left. */
export class Groups {
  constructor(private readonly person: Person) {}

  private get page() {
    return this.person.page;
  }
  private get main(): Locator {
    return this.page.getByRole('main');
  }

  /** Makes a group with friends; it is open afterwards. */
  async create(name: string, members: string[]): Promise<void> {
    await this.person.goTo('contacts');
    await this.person.press(say('contacts.newGroup'));
    const dialog = this.page.getByRole('dialog', { name: say('groups.create') });
    await dialog.getByLabel(say('groups.name'), { exact: true }).fill(name);
    for (const member of members) await dialog.getByRole('checkbox', { name: member }).check();
    await dialog.getByRole('button', { name: say('groups.createIt') }).click();
    await this.page.getByRole('heading', { name, exact: true }).waitFor();
  }

  /** The group's own screen, through the contacts. */
  async look(name: string): Promise<void> {
    await this.person.goTo('contacts');
    const list = this.page.locator('#list');
    await list.getByRole('link').filter({ hasText: name }).first().click();
    await this.main.getByRole('heading', { name, exact: true }).waitFor();
  }

  member(name: string): Locator {
    const members = this.main.getByRole('region', { name: say('groups.members') });
    return members.getByRole('listitem').filter({ hasText: name });
  }

  /** Chooses from the menu of a member, and answers what is asked then. */
  async choose(name: string, action: MemberAction): Promise<void> {
    await this.main.getByRole('button', { name: say('groups.manageNamed', { name }), exact: true }).click();
    await this.page.getByRole('menuitem', { name: say(`groups.${action}`), exact: true }).click();
    if (action === 'muteDots') await this.person.confirm(say('groups.mute'));
    if (action === 'remove') await this.person.confirm(say('groups.remove'));
    if (action !== 'handOver') return;
    await this.person.confirm(say('groups.handOverNext'));
    await this.person.confirm(say('groups.handOverDo', { name }));
  }

  async edit(changes: { name?: string; notice?: string; policy?: 'approval' | 'open' | 'closed' }): Promise<void> {
    await this.person.press(say('groups.editShort'));
    const dialog = this.page.getByRole('dialog', { name: say('groups.edit') });
    if (changes.name) await dialog.getByLabel(say('groups.name'), { exact: true }).fill(changes.name);
    if (changes.notice) await dialog.getByLabel(say('groups.notice'), { exact: true }).fill(changes.notice);
    if (changes.policy) await dialog.getByText(say(`groups.policies.${changes.policy}`), { exact: true }).click();
    await dialog.getByRole('button', { name: say('common.save') }).click();
    await dialog.waitFor({ state: 'hidden' });
  }

  async leave(): Promise<void> {
    await this.more(say('groups.leave'));
    await this.person.confirm(say('groups.leave'));
  }

  async dissolve(name: string): Promise<void> {
    await this.more(say('groups.dissolve'));
    const dialog = this.page.getByRole('dialog', { name: say('groups.dissolveTitle', { name }) });
    await dialog.getByRole('textbox').fill(name);
    await dialog.getByRole('button', { name: say('groups.dissolve'), exact: true }).click();
  }

  async apply(note: string): Promise<void> {
    await this.person.press(say('groups.apply'));
    await this.person.field(say('common.note')).fill(note);
    await this.person.confirm(say('groups.applySend'));
    await this.main.getByText(say('groups.pending')).waitFor();
  }

  async more(item: string): Promise<void> {
    await this.main.getByRole('button', { name: say('common.more'), exact: true }).click();
    await this.page.getByRole('menuitem', { name: item, exact: true }).click();
  }
}
