import type { Locator } from 'playwright-core';
import type { Person } from './person';
import { say } from './words';

/** The list of conversations and the open one. */
export class Chat {
  constructor(private readonly person: Person) {}

  private get page() {
    return this.person.page;
  }

  get list(): Locator {
    return this.page.locator('#list');
  }
  /** A conversation in the list, by its name. */
  row(name: string): Locator {
    return this.list.getByRole('link', { name: new RegExp(`^\\s*${name.replace(/[^\p{L}\p{N} ]/gu, '.')}`, 'u') });
  }
  get composer(): Locator {
    return this.page.getByRole('main').getByRole('textbox').last();
  }
  get log(): Locator {
    return this.page.getByRole('log');
  }
  /** Everything in view that was written or happened, oldest first. */
  get articles(): Locator {
    return this.log.getByRole('article');
  }
  get header(): Locator {
    return this.page.getByRole('main').getByRole('banner').or(this.page.getByRole('main').locator('header')).first();
  }

  message(text: string): Locator {
    return this.articles.filter({ hasText: text }).last();
  }

  async open(name: string): Promise<void> {
    await this.person.goTo('chats');
    await this.row(name).click();
    await this.log.waitFor();
  }

  /** Back to the newest message, whatever is unread. */
  get toLatest(): Locator {
    const counted = [1, 2].map((n) => say('chat.toLatestCount', { n }).replace(String(n), '\\d+'));
    return this.page.getByRole('button', { name: new RegExp(`^(${[say('chat.toLatest'), ...counted].join('|')})$`) });
  }

  /** Types and presses Enter, as people do. */
  async say(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press('Enter');
  }

  async sees(text: string): Promise<void> {
    await this.message(text).waitFor();
  }

  /** How far a message of one's own got. */
  mark(text: string, state: 'waiting' | 'sending' | 'sent' | 'read' | 'failed'): Locator {
    return this.message(text).getByRole('img', { name: say(`chat.${state}`), exact: true });
  }

  /** Chooses from the menu of a message. */
  async choose(text: string, action: 'reply' | 'copy' | 'recall'): Promise<void> {
    await this.message(text).getByText(text).last().click({ button: 'right' });
    await this.page.getByRole('menuitem', { name: say(`chat.${action}`), exact: true }).click();
  }

  /** The texts in the document, oldest first, without who and when. */
  texts(pattern: RegExp): Promise<string[]> {
    return this.articles.evaluateAll(
      (rows, source) => rows.flatMap((row) => new RegExp(source).exec(row.textContent ?? '')?.[0] ?? []),
      pattern.source,
    );
  }
}
