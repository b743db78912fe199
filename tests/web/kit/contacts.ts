import type { Locator } from 'playwright-core';
import type { Person } from './person';
import { say } from './words';

/** People: found, asked, approved, looked at. */
export class Contacts {
  constructor(private readonly person: Person) {}

  private get page() {
    return this.person.page;
  }

  private get list(): Locator {
    return this.page.locator('#list');
  }

  async find(text: string): Promise<void> {
    await this.person.goTo('contacts');
    await this.page.getByRole('searchbox', { name: say('contacts.find') }).fill(text);
  }

  async forgetSearch(): Promise<void> {
    await this.page.getByRole('searchbox', { name: say('contacts.find') }).fill('');
  }

  /** Finds somebody by key and asks to be friends. */
  async ask(key: string, name: string, note: string): Promise<void> {
    await this.find(key);
    await this.person.press(say('contacts.addNamed', { name }));
    await this.person.field(say('common.note')).fill(note);
    await this.person.confirm(say('contacts.sendRequest'));
    await this.page.getByText(say('contacts.requestSent', { name })).waitFor();
    await this.forgetSearch();
  }

  async openRequests(): Promise<void> {
    await this.person.goTo('contacts');
    await this.list.getByRole('link', { name: say('contacts.requests') }).click();
  }

  request(name: string): Locator {
    return this.page.getByRole('main').getByRole('listitem').filter({ hasText: name });
  }

  async approve(name: string): Promise<void> {
    await this.openRequests();
    await this.person.press(say('contacts.approveNamed', { name }));
    await this.request(name).getByText(say('contacts.state.approved')).waitFor();
  }

  /** Their profile. */
  async look(name: string): Promise<void> {
    await this.person.goTo('contacts');
    await this.list.getByRole('link').filter({ hasText: name }).first().click();
    await this.page.getByRole('heading', { name, exact: true }).waitFor();
  }

  /** From the menu of a profile. */
  async choose(action: 'block' | 'unblock' | 'remove'): Promise<void> {
    await this.page.getByRole('main').getByRole('button', { name: say('common.more'), exact: true }).click();
    await this.page.getByRole('menuitem', { name: say(`contacts.${action}`), exact: true }).click();
    if (action !== 'unblock') await this.person.confirm(say(`contacts.${action}`));
  }
}
