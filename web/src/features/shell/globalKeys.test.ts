import { afterEach, describe, expect, it, vi } from 'vitest';
import { globalKey, isTyping, type Press, somethingOver } from './globalKeys';

const press = (key: string, more: Partial<Press> = {}): Press => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  isComposing: false,
  defaultPrevented: false,
  ...more,
});

describe('a key', () => {
  it('opens the switcher with Ctrl and with Cmd, while typing too', () => {
    expect(globalKey(press('k', { ctrlKey: true }), true)).toBe('switcher');
    expect(globalKey(press('K', { metaKey: true }), false)).toBe('switcher');
    expect(globalKey(press('k', { ctrlKey: true, shiftKey: true }), false)).toBeNull();
    expect(globalKey(press('k'), false)).toBeNull();
  });

  it('lists the keys, but is a question mark where one types', () => {
    expect(globalKey(press('?', { shiftKey: true }), false)).toBe('help');
    expect(globalKey(press('?', { shiftKey: true }), true)).toBeNull();
  });

  it('goes through the conversations with Alt', () => {
    expect(globalKey(press('ArrowDown', { altKey: true }), true)).toBe('next');
    expect(globalKey(press('ArrowUp', { altKey: true }), false)).toBe('previous');
    expect(globalKey(press('ArrowUp'), false)).toBeNull();
  });

  it('is left to an input method, and to whoever took it', () => {
    expect(globalKey(press('Escape'), false)).toBe('leave');
    expect(globalKey(press('Escape', { isComposing: true }), true)).toBeNull();
    expect(globalKey(press('Escape', { defaultPrevented: true }), false)).toBeNull();
  });
});

it('knows where one types', () => {
  const box = Object.assign(document.createElement('input'), { type: 'checkbox' });
  expect(isTyping(document.createElement('textarea'))).toBe(true);
  expect(isTyping(document.createElement('input'))).toBe(true);
  expect(isTyping(box)).toBe(false);
  expect(isTyping(document.body)).toBe(false);
});

describe('what lies over the page', () => {
  afterEach(() => document.body.replaceChildren());

  it('counts only while it is seen', () => {
    const dialog = document.createElement('div');
    dialog.setAttribute('role', 'dialog');
    dialog.checkVisibility = vi.fn(() => true);
    expect(somethingOver()).toBe(false);
    document.body.append(dialog);
    expect(somethingOver()).toBe(true);
    dialog.checkVisibility = vi.fn(() => false);
    expect(somethingOver()).toBe(false);
  });
});
