import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { password, type ApiUser } from './kit/api_user';
import { friends } from './kit/cast';
import type { Person } from './kit/person';
import { Stage } from './kit/stage';
import { say } from './kit/words';

/** What keys do. Bob is there by the API alone: his history tells what was sent, and how often. */
describe('typing', () => {
  let stage: Stage;
  let ada: Person;
  let bob: ApiUser;

  /** All that Ada wrote, as the server has it. */
  async function received(): Promise<string[]> {
    const { items } = await bob.call<{ items: { msg: string; msgSender: string; recalled?: boolean }[] }>(
      'GET',
      '/v1/conversations/u:ada/messages?limit=200',
    );
    return items.filter((frame) => frame.msgSender === 'ada' && !frame.recalled).map((frame) => frame.msg);
  }

  beforeAll(async () => {
    stage = await Stage.open();
    [, bob] = (await friends(stage, { ada: 'Ada', bob: 'Bob', cleo: 'Cleo' })) as [ApiUser, ApiUser, ApiUser];
    ada = await stage.person('ada', 'Ada', { permissions: ['clipboard-read', 'clipboard-write'] });
    await ada.logIn({ stay: true });
    await bob.send('u:ada', 'Write to me');
  });
  beforeEach(async () => {
    await ada.chat.open('Bob');
    await ada.chat.composer.fill('');
  });
  afterEach((context) => stage.judge(context));
  afterAll(() => stage?.close());

  it('sends by Enter and breaks lines by Shift+Enter', async () => {
    const { composer } = ada.chat;
    await composer.pressSequentially('one');
    await composer.press('Shift+Enter');
    await composer.pressSequentially('two');
    expect(await received()).toEqual([]);
    await composer.press('Enter');
    await ada.chat.mark('two', 'sent').waitFor();
    expect(await received()).toEqual(['one\ntwo']);
    expect(await composer.inputValue()).toBe('');
    await composer.press('Enter');
    await composer.pressSequentially('  ');
    await composer.press('Enter');
    await ada.chat.say('after nothing');
    await ada.chat.mark('after nothing', 'sent').waitFor();
    expect(await received()).toEqual(['one\ntwo', 'after nothing']);
  });

  it('changes nothing by Up and Enter, and tells nobody', async () => {
    await ada.chat.say('just so');
    await ada.chat.mark('just so', 'sent').waitFor();
    const before = await received();
    await ada.chat.composer.press('ArrowUp');
    await expect.poll(() => ada.chat.composer.inputValue()).toBe('just so');
    await ada.chat.composer.press('Enter');
    await expect.poll(() => ada.chat.composer.inputValue()).toBe('');
    await ada.chat.say('and on');
    await ada.chat.mark('and on', 'sent').waitFor();
    expect(await received()).toEqual([...before, 'and on']);
    expect(await ada.chat.articles.filter({ hasText: 'just so' }).count()).toBe(1);
  });

  it('never sends by the Enter of an input method', async () => {
    const before = await received();
    const { composer } = ada.chat;
    await composer.focus();
    const keys = await ada.context.newCDPSession(ada.page);
    await keys.send('Input.imeSetComposition', { text: 'nihao', selectionStart: 5, selectionEnd: 5 });
    const composing = await ada.page.evaluate(() => {
      const seen: boolean[] = [];
      const look = (event: Event) => seen.push((event as KeyboardEvent).isComposing);
      document.activeElement?.addEventListener('keydown', look, { once: true });
      (window as unknown as { seen: boolean[] }).seen = seen;
      return document.activeElement?.tagName;
    });
    expect(composing).toBe('TEXTAREA');
    const enter = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13, text: '\r' };
    await keys.send('Input.dispatchKeyEvent', { type: 'keyDown', ...enter });
    await keys.send('Input.dispatchKeyEvent', { type: 'keyUp', ...enter });
    expect(await ada.page.evaluate(() => (window as unknown as { seen: boolean[] }).seen)).toEqual([true]);
    await composer.fill('');
    await keys.send('Input.imeSetComposition', { text: '你好', selectionStart: 2, selectionEnd: 2 });
    await keys.send('Input.insertText', { text: '你好' });
    // Safari ends the composition before the key: only the code tells then whose Enter it is.
    await composer.dispatchEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true, cancelable: true });
    await composer.pressSequentially('!');
    await composer.press('Enter');
    await ada.chat.mark('你好!', 'sent').waitFor();
    expect(await received()).toEqual([...before, '你好!']);
  });

  it('offers to send a long paste as several messages, and loses nothing of it', async () => {
    const before = await received();
    const long = Array.from({ length: 1500 }, (_, index) => `词${index}`).join(' ');
    await ada.page.evaluate((text) => navigator.clipboard.writeText(text), long);
    await ada.chat.composer.focus();
    await ada.page.keyboard.press('Control+V');
    await ada.chat.composer.press('Enter');
    await ada.page.getByText(say('chat.tooLong', { n: 2 })).waitFor();
    expect(await received()).toEqual(before);
    await ada.press(say('chat.sendParts', { n: 2 }));
    await expect.poll(async () => (await received()).length).toBe(before.length + 2);
    const parts = (await received()).slice(before.length);
    expect(parts.join(' ').replace(/\s+/g, ' ')).toBe(long);
    for (const part of parts) expect(Buffer.byteLength(part)).toBeLessThanOrEqual(8192);
  });

  it('keeps a draft over a reload, and tells of it in the list', async () => {
    await ada.chat.composer.pressSequentially('half a tho');
    await ada.page.reload();
    await expect.poll(() => ada.chat.composer.inputValue()).toBe('half a tho');
    await ada.settings.open('keys');
    await ada.goTo('chats');
    await ada.chat.row('Bob').getByText(say('conversations.draft')).waitFor();
    await ada.chat.row('Bob').getByText('half a tho').waitFor();
  });

  it('goes to the last own message by Up, and leaves it by Esc', async () => {
    await ada.chat.say('with a tpyo');
    await ada.chat.mark('with a tpyo', 'sent').waitFor();
    const { composer } = ada.chat;
    await composer.press('ArrowUp');
    expect(await composer.inputValue()).toBe('with a tpyo');
    await composer.press('Escape');
    expect(await composer.inputValue()).toBe('');
    await composer.press('ArrowUp');
    await composer.fill('without a typo');
    await composer.press('Enter');
    await ada.chat.mark('without a typo', 'sent').waitFor();
    const texts = await received();
    expect([texts.at(-1), texts.includes('with a tpyo')]).toEqual(['without a typo', false]);
  });

  it('picks an emoji by its name', async () => {
    await ada.press(say('chat.emoji'));
    const picker = ada.page.getByRole('dialog', { name: say('chat.emoji') });
    await picker.getByRole('searchbox').pressSequentially('teacup');
    await picker.getByText('🍵').first().waitFor();
    await ada.page.keyboard.press('Enter');
    await ada.page.keyboard.press('Escape');
    await picker.waitFor({ state: 'hidden' });
    await expect.poll(() => ada.chat.composer.inputValue()).toBe('🍵');
  });

  it('goes anywhere by Ctrl+K, and lists its keys by ?', async () => {
    await ada.page.keyboard.press('Control+K');
    await ada.page.getByRole('combobox', { name: say('shell.switcherField') }).pressSequentially('cle');
    await ada.page.keyboard.press('Enter');
    await ada.page.getByRole('main').getByRole('heading', { name: 'Cleo' }).waitFor();
    await ada.page.getByRole('dialog').waitFor({ state: 'hidden' });
    await expect.poll(() => ada.chat.composer.evaluate((field) => field === document.activeElement)).toBe(true);
    await ada.page.keyboard.press('Escape');
    await ada.page.keyboard.press('?');
    const help = ada.page.getByRole('dialog', { name: say('settings.keys') });
    await help.getByText(say('keys.switcher')).waitFor();
    await ada.page.keyboard.press('Escape');
    await help.waitFor({ state: 'hidden' });
    await ada.page.keyboard.press('Alt+ArrowDown');
    await ada.chat.composer.pressSequentially('really?');
    expect(await ada.chat.composer.inputValue()).toBe('really?');
    expect(await help.isVisible()).toBe(false);
  });

  it('says that pictures cannot be sent yet, pasted or dropped', async () => {
    await ada.chat.composer.evaluate((field) => {
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File(['x'], 'a.png', { type: 'image/png' }));
      field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    });
    const told = ada.page.getByText(say('chat.noFiles')).first();
    await told.waitFor();
    await told.waitFor({ state: 'hidden' });
    const stays = await ada.chat.log.evaluate((log) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['x'], 'a.png', { type: 'image/png' }));
      return !log.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    });
    expect(stays).toBe(true);
    await told.waitFor();
  });

  it('opens the menu of a message beside its bubble, too, and for a finger that rests, not for one that taps', async () => {
    const reply = (person: Person) => person.page.getByRole('menuitem', { name: say('chat.reply'), exact: true });
    await bob.send('u:ada', 'hold me');
    await ada.chat.sees('hold me');
    const box = await ada.chat.message('hold me').boundingBox();
    await ada.chat.message('hold me').click({ button: 'right', position: { x: (box?.width ?? 0) - 20, y: 10 } });
    await reply(ada).waitFor();
    await ada.page.keyboard.press('Escape');
    const phone = await stage.person('bob', 'Bob', { hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } });
    await phone.logIn();
    await phone.chat.row('Ada').tap();
    const text = phone.chat.message('hold me').getByText('hold me');
    await text.tap();
    await phone.chat.composer.tap();
    expect(await reply(phone).count()).toBe(0);
    const touch = await phone.context.newCDPSession(phone.page);
    const at = await text.boundingBox();
    const touchPoints = [{ x: (at?.x ?? 0) + 10, y: (at?.y ?? 0) + 5 }];
    await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints });
    await reply(phone).waitFor();
    await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await reply(phone).tap();
    await phone.leave();
  });

  it('follows again where the whole conversation comes to fit', async () => {
    const cleo = await stage.login('cleo');
    for (let line = 1; line <= 14; line += 1) await cleo.send('u:ada', `line ${line}`);
    const size = ada.page.viewportSize() as { width: number; height: number };
    await ada.page.setViewportSize({ width: size.width, height: 420 });
    await ada.chat.open('Cleo');
    await ada.chat.log.evaluate((log) => log.scrollTo(0, 0));
    await ada.chat.toLatest.waitFor();
    await ada.page.setViewportSize({ width: size.width, height: 2400 });
    await ada.chat.toLatest.waitFor({ state: 'hidden' });
    await ada.page.setViewportSize({ width: size.width, height: 420 });
    await cleo.send('u:ada', 'and one more');
    await ada.chat.log.getByText('and one more').waitFor();
    await expect.poll(() => ada.chat.log.evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight)).toBeLessThan(48);
    await ada.page.setViewportSize(size);
  });
});

/** Nothing here but keys. */
describe('by the keyboard alone', () => {
  let stage: Stage;
  let ada: Person;
  let bob: ApiUser;

  beforeAll(async () => {
    stage = await Stage.open();
    [, bob] = (await friends(stage, { ada: 'Ada', bob: 'Bob' })) as [ApiUser, ApiUser];
    ada = await stage.person('ada', 'Ada');
    await bob.send('u:ada', 'Look, no mouse');
  });
  afterEach((context) => stage.judge(context));
  afterAll(() => stage?.close());

  const press = async (...keys: string[]) => {
    for (const key of keys) await ada.page.keyboard.press(key);
  };
  const type = (text: string) => ada.page.keyboard.type(text);
  const focused = () =>
    ada.page.evaluate(() => {
      const at = document.activeElement;
      if (at?.hasAttribute('aria-label')) return at.getAttribute('aria-label');
      const spoken = at?.cloneNode(true) as HTMLElement;
      for (const silent of spoken.querySelectorAll('[aria-hidden="true"]')) silent.remove();
      return spoken.textContent?.trim() ?? '';
    });

  /** Tab, until something of that name has the focus. */
  async function tabTo(name: string): Promise<void> {
    for (let tabs = 0; tabs < 40; tabs += 1) {
      if ((await focused())?.startsWith(name)) return;
      await press('Tab');
    }
    throw new Error(`Tab does not lead to ${name}`);
  }

  const role = () => ada.page.evaluate(() => document.activeElement?.getAttribute('role'));

  async function backTo(wanted: string): Promise<void> {
    for (let tabs = 0; tabs < 5 && (await role()) !== wanted; tabs += 1) await press('Shift+Tab');
    expect(await role()).toBe(wanted);
  }

  it('logs in', async () => {
    await ada.visit('/login');
    await ada.field(say('auth.key')).waitFor();
    await expect.poll(() => ada.page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('username');
    await type('ada');
    await press('Tab');
    await type(password);
    await press('Enter');
    await ada.isIn();
  });

  it('opens a conversation, writes, and answers a message', async () => {
    await ada.chat.row('Bob').waitFor();
    await tabTo('Bob');
    await press('Enter');
    await ada.chat.sees('Look, no mouse');
    await expect.poll(focused).toBe(say('chat.writeTo', { name: 'Bob' }));
    await type('None here');
    await press('Enter');
    await ada.chat.mark('None here', 'sent').waitFor();
    await backTo('article');
    await press('ArrowUp', 'Enter');
    await ada.page.getByRole('menuitem', { name: say('chat.reply') }).waitFor();
    await press('Enter');
    await expect.poll(focused).toBe(say('chat.writeTo', { name: 'Bob' }));
    await type('To you');
    await press('Enter');
    await ada.chat.message('To you').getByTitle(say('chat.toQuoted', { name: 'Bob' })).waitFor();
  });

  it('goes back, and logs out', async () => {
    await press('Escape', 'Escape');
    await ada.page.getByText(say('shell.nothingOpen')).waitFor();
    await tabTo(say('shell.account', { name: 'Ada' }));
    await press('Enter');
    await expect.poll(role).toBe('menuitem');
    const there = async () => (await focused())?.startsWith(say('shell.logOut'));
    for (let downs = 0; downs < 10 && !(await there()); downs += 1) await press('ArrowDown');
    await press('Enter');
    await ada.isOut();
  });
});
