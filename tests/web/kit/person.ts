import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { password } from './api_user';
import { openContext, type Faults } from './browser';
import { Chat } from './chat';
import { Contacts } from './contacts';
import { Groups } from './groups';
import { Settings } from './settings';
import { say } from './words';

export interface Identity {
  key: string;
  name: string;
  url: string;
}

export type Place = 'chats' | 'contacts' | 'search' | 'settings';

/** Somebody at the page, with a browser of their own: finds things by what they are called, as people do. */
export class Person {
  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    private readonly who: Identity,
  ) {}

  static async arrive(
    browser: Browser,
    faults: Faults,
    who: Identity,
    options: BrowserContextOptions,
  ): Promise<Person> {
    const context = await openContext(browser, faults, options);
    return new Person(context, await context.newPage(), who);
  }

  get key(): string {
    return this.who.key;
  }
  get name(): string {
    return this.who.name;
  }
  get url(): string {
    return this.who.url;
  }
  get conversation(): string {
    return `u:${this.key}`;
  }

  readonly chat = new Chat(this);
  readonly contacts = new Contacts(this);
  readonly groups = new Groups(this);
  readonly settings = new Settings(this);

  /** Another tab of the same browser; the same person. */
  async secondTab(): Promise<Person> {
    return new Person(this.context, await this.context.newPage(), this.who);
  }

  /** Shows an address; who is logged in stays so in this tab. */
  async visit(path = '/'): Promise<void> {
    await this.page.goto(this.url + path);
  }

  async register(): Promise<void> {
    await this.visit('/register');
    await this.field(say('auth.key')).fill(this.key);
    await this.field(say('auth.name')).fill(this.name);
    await this.field(say('auth.password')).fill(password);
    await this.press(say('auth.register'));
    await this.isIn();
  }

  /** `say` is for a page of another language. */
  async logIn({ stay = false, secret = password, path = '/', say: tell = say } = {}): Promise<void> {
    await this.visit(path);
    await this.fillLogin(stay, secret, tell);
    await this.page.getByRole('navigation', { name: tell('shell.navigation') }).waitFor();
  }

  async fillLogin(stay = false, secret = password, tell = say): Promise<void> {
    await this.field(tell('auth.key')).fill(this.key);
    await this.field(tell('auth.password')).fill(secret);
    if (stay) await this.page.getByText(tell('auth.stay'), { exact: true }).click();
    await this.press(tell('auth.login'));
  }

  /** The shell is there, and its connection stands. */
  async isIn(): Promise<void> {
    await this.page.getByRole('navigation', { name: say('shell.navigation') }).waitFor();
  }

  async isOut(): Promise<void> {
    await this.page.getByRole('button', { name: say('auth.login'), exact: true }).waitFor();
  }

  async logOut(): Promise<void> {
    await this.press(say('shell.account', { name: this.name }));
    await this.page.getByRole('menuitem', { name: say('shell.logOut') }).click();
  }

  /** A destination in the navigation, with what its badge counts where that matters. */
  destination(place: Place, counted = ''): Locator {
    const navigation = this.page.getByRole('navigation', { name: say('shell.navigation') });
    return navigation.getByRole('link', { name: `${say(`shell.short.${place}`)} ${counted}`.trim() });
  }

  async goTo(place: Place): Promise<void> {
    await this.destination(place).click();
  }

  field(label: string) {
    return this.page.getByLabel(label, { exact: true });
  }

  button(name: string | RegExp) {
    return this.page.getByRole('button', { name, exact: true });
  }

  async press(name: string | RegExp): Promise<void> {
    await this.button(name).click();
  }

  /** In the dialog that asks: yes. */
  async confirm(name: string): Promise<void> {
    await this.page.getByRole('dialog').getByRole('button', { name, exact: true }).click();
  }

  async leave(): Promise<void> {
    await this.context.close();
  }
}
