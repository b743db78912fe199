import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findings, overflow, rawKeys, settle } from './kit/look';
import type { Person } from './kit/person';
import { pictures, Stage } from './kit/stage';
import { words } from './kit/words';
import { populate, type World } from './kit/world';

type Say = ReturnType<typeof words>;
interface Screen {
  name: string;
  path: (world: World) => string;
  who?: 'ada' | 'ben' | 'eve' | 'nobody';
  /** What has to be done or waited for before it is the screen. */
  until: (person: Person, say: Say) => Promise<unknown>;
  /** It closes when the window changes. */
  shy?: boolean;
  /** Undoes what `until` did to the browser. */
  after?: (person: Person) => Promise<unknown>;
}

const sizes = [
  [360, 760],
  [768, 1024],
  [1440, 900],
] as const;

const seen = ({ page }: Person, text: string) => page.getByText(text).filter({ visible: true }).first().waitFor();
const shows = (key: string) => (person: Person, say: Say) => seen(person, say(key));
const heading = (name: string) => (person: Person) =>
  person.page.getByRole('main').getByRole('heading', { name, exact: true }).first().waitFor();
const says = (text: string) => (person: Person) => seen(person, text);

const screens: Screen[] = [
  { name: 'login', who: 'nobody', path: () => '/login', until: shows('auth.loginTitle') },
  { name: 'register', who: 'nobody', path: () => '/register', until: shows('auth.registerTitle') },
  { name: 'lost', who: 'nobody', path: () => '/no/such/page', until: shows('shell.lost') },
  { name: 'empty-start', who: 'eve', path: () => '/', until: shows('conversations.noneTitle') },
  { name: 'empty-contacts', who: 'eve', path: () => '/contacts', until: shows('contacts.empty') },
  { name: 'chats', path: () => '/', until: says('Bob Kahn') },
  { name: 'chat', path: () => '/chat/u:bob', until: says('Just as the loom') },
  { name: 'chat-emoji', path: () => '/chat/u:bob', until: openEmoji },
  { name: 'chat-menu', path: () => '/chat/u:bob', until: openMenu, shy: true },
  { name: 'group-chat', path: ({ owned }) => `/chat/g:${owned}`, until: says('Then at the pier') },
  { name: 'notices', path: () => '/chat/s:', until: says('Gale warning') },
  { name: 'contacts', path: () => '/contacts', until: says('Tide watchers') },
  { name: 'requests', path: () => '/contacts/requests', until: says('We met at the mill.') },
  { name: 'blocked', path: () => '/contacts/blocked', until: says('Mallory') },
  { name: 'person', path: () => '/contacts/person/bob', until: heading('Bob Kahn') },
  { name: 'group-as-owner', path: ({ owned }) => `/contacts/group/${owned}`, until: says('May I come along?') },
  { name: 'group-as-member', path: ({ joined }) => `/contacts/group/${joined}`, until: heading('读书会') },
  {
    name: 'group-from-outside',
    who: 'ben',
    path: ({ owned }) => `/contacts/group/${owned}`,
    until: heading('Tide watchers'),
  },
  { name: 'create-group', path: () => '/contacts', until: openCreate },
  { name: 'search', path: () => '/search', until: search },
  { name: 'settings', path: () => '/settings', until: shows('settings.about.keys') },
  { name: 'profile', path: () => '/settings/profile', until: shows('settings.profileCard') },
  { name: 'devices', path: () => '/settings/devices', until: shows('settings.thisDevice') },
  { name: 'preferences', path: () => '/settings/preferences', until: shows('settings.receipts') },
  { name: 'keys', path: () => '/settings/keys', until: shows('keys.lastOwn') },
  { name: 'switcher', path: () => '/', until: openSwitcher },
  { name: 'banner', path: () => '/chat/u:bob', until: goOffline, after: (person) => person.context.setOffline(false) },
];

async function openEmoji(person: Person, say: Say): Promise<void> {
  await person.press(say('chat.emoji'));
  await person.page.getByRole('dialog', { name: say('chat.emoji') }).getByText('😀').first().waitFor();
}

async function openMenu(person: Person, say: Say): Promise<void> {
  await says('Just as the loom')(person);
  const menu = person.page.getByRole('menu');
  if (await menu.isVisible()) await person.page.keyboard.press('Escape');
  await menu.waitFor({ state: 'hidden' });
  await person.chat.message('Just as the loom').getByText('Just as the loom').click({ button: 'right' });
  await person.page.getByRole('menuitem', { name: say('chat.recall') }).waitFor();
}

async function openCreate(person: Person, say: Say): Promise<void> {
  await says('Tide watchers')(person);
  await person.press(say('contacts.newGroup'));
  await person.page.getByRole('dialog').getByRole('checkbox').first().waitFor();
}

async function search(person: Person, say: Say): Promise<void> {
  await person.page.getByRole('searchbox', { name: say('search.placeholder') }).fill('weaves');
  await person.page.locator('#list').locator('mark').first().waitFor();
}

async function openSwitcher(person: Person, say: Say): Promise<void> {
  await says('Bob Kahn')(person);
  await person.page.keyboard.press('Control+K');
  await person.page.getByRole('combobox', { name: say('shell.switcherField') }).fill('b');
}

async function goOffline(person: Person, say: Say): Promise<void> {
  await says('Just as the loom')(person);
  await person.context.setOffline(true);
  await person.page.getByText(say('shell.banner.offline')).filter({ visible: true }).first().waitFor();
}

const sections = ['overview', 'users', 'groups', 'keys', 'nodes', 'settings', 'notices', 'audit'];
for (const section of sections) {
  const until = (person: Person) => person.page.getByRole('main').getByRole('heading').first().waitFor();
  screens.push({ name: `admin-${section}`, path: () => `/admin/${section}`, until });
}

describe.each(['en', 'zh'] as const)('every screen in %s', (language) => {
  const say = words(language);
  const people = {} as Record<'ada' | 'ben' | 'eve' | 'nobody', Person>;
  let stage: Stage;
  let world: World;

  beforeAll(async () => {
    stage = await Stage.open();
    world = await populate(stage);
    const options = { locale: language === 'zh' ? 'zh-CN' : 'en-GB', reducedMotion: 'reduce' } as const;
    people.nobody = await stage.person('nobody', 'Nobody', options);
    people.ada = await stage.person('ada', 'Ada Lovelace', options);
    people.ben = await stage.person('ben', 'Ben', options);
    people.eve = await stage.person('eve', 'Eve', options);
    for (const person of [people.ada, people.ben, people.eve]) await person.logIn({ stay: true, say });
  });
  afterEach((context) => stage.judge(context));
  afterAll(() => stage?.close());

  /** Chinese is looked at on the narrowest screen alone: its texts are what differs. */
  const combinations = sizes
    .filter(([width]) => language === 'en' || width === 360)
    .flatMap((size) => (['light', 'dark'] as const).map((theme) => ({ size, theme })))
    .filter(({ theme }) => language === 'en' || theme === 'light');

  it.each(screens)('$name', async ({ name, path, who = 'ada', until, shy, after }) => {
    const person = people[who];
    const { page } = person;
    const wrong: string[] = [];
    await page.setViewportSize({ width: 1440, height: 900 });
    await person.visit(path(world));
    await until(person, say);
    for (const { size, theme } of combinations) {
      const [width, height] = size;
      const where = `${name}-${theme}-${width}`;
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: theme });
      await page.locator(theme === 'dark' ? 'html.dark' : 'html:not(.dark)').waitFor();
      if (shy) await until(person, say);
      await settle(page);
      const [sideways, raw] = [await overflow(page), await rawKeys(page)];
      if (sideways > 0) wrong.push(`${where}: ${sideways} px too wide`);
      const found = [...raw.map((key) => `raw ${key}`), ...(await findings(page, theme === 'dark'))];
      wrong.push(...found.map((what) => `${where}: ${what}`));
      await page.screenshot({ path: join(pictures, language, `${where}.png`) });
    }
    await after?.(person);
    expect(wrong).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.lang)).toBe(language === 'zh' ? 'zh-CN' : 'en');
  });
});
