import type { Locator } from 'playwright-core';
import type { Person } from './person';
import { say } from './words';

/** Profile, devices, preferences. */
export class Settings {
  constructor(private readonly person: Person) {}

  private get page() {
    return this.person.page;
  }

  async open(section: 'profile' | 'devices' | 'preferences' | 'keys'): Promise<void> {
    await this.person.goTo('settings');
    const list = this.page.locator('#list');
    await list.getByRole('link', { name: say(`settings.${section}`) }).click();
  }

  device(name: string): Locator {
    return this.page.getByRole('main').getByRole('listitem').filter({ hasText: name });
  }
}
