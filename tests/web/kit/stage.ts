import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { expect, type TestContext } from 'vitest';
import { ApiUser } from './api_user';
import { Faults, launch } from './browser';
import { Person } from './person';
import { Server } from './server';

export const pictures = fileURLToPath(new URL('../../../build/screenshots/', import.meta.url));

/** What one test file plays on: a server, a browser, and the people in it. */
export class Stage {
  readonly faults = new Faults();
  private readonly people: Person[] = [];

  private constructor(
    readonly server: Server,
    readonly browser: Browser,
  ) {}

  static async open(settings: Record<string, string> = {}): Promise<Stage> {
    const [server, browser] = await Promise.all([new Server(settings).start(), launch()]);
    return new Stage(server, browser);
  }

  /** Somebody with a browser of their own, at the page that `url` serves (the server's own by default). */
  async person(key: string, name: string, options: BrowserContextOptions = {}, url = this.server.url): Promise<Person> {
    const person = await Person.arrive(this.browser, this.faults, { key, name, url }, options);
    this.people.push(person);
    return person;
  }

  /** Somebody who has an account, and only uses the API so far. */
  account(key: string, name = ''): Promise<ApiUser> {
    return ApiUser.register(this.server, key, name);
  }

  /** An account that is there already, at the API. */
  login(key: string): Promise<ApiUser> {
    return ApiUser.login(this.server, key, `again-${key}`);
  }

  /** After each test: a picture of every page where it failed, and no page did what none may do. */
  async judge({ task }: TestContext): Promise<void> {
    const pages = this.browser.contexts().flatMap((context) => context.pages());
    if (task.result?.state === 'fail') {
      const name = task.name.replace(/\W+/g, '-').slice(0, 60);
      const file = (index: number) => join(pictures, 'failed', `${name}-${index}.png`);
      await Promise.all(pages.map((page, index) => page.screenshot({ path: file(index) })));
    }
    expect(this.faults.found.splice(0)).toEqual([]);
  }

  async close(): Promise<void> {
    await Promise.all(this.people.map((person) => person.leave()));
    await this.browser.close();
    await this.server.stop();
  }
}
