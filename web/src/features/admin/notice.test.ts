import { describe, expect, it } from 'vitest';
import { bounds, bytesOf, charactersOf, emptyForm, isReady, keysIn, type NoticeForm, receiversOf } from './notice';

const ann = { key: 'ann', name: 'Ann', people: 1 };
const form = (some: Partial<NoticeForm>): NoticeForm => ({ ...emptyForm(), users: [ann], text: 'hello', ...some });

describe('isReady', () => {
  it('wants a receiver and a text', () => {
    expect(isReady(form({}))).toBe(true);
    expect(isReady(form({ users: [] }))).toBe(false);
    expect(isReady(form({ text: ' \n' }))).toBe(false);
    expect(isReady(form({ audience: 'groups' }))).toBe(false);
    expect(isReady(form({ audience: 'all', users: [] }))).toBe(true);
  });

  it('waits for keys that are typed but not picked', () => {
    expect(isReady(form({ typed: 'bob' }))).toBe(false);
    expect(isReady(form({ typed: 'bob', audience: 'all' }))).toBe(true);
  });

  it('holds the bounds of the server: bytes of the text, characters of the title, receivers', () => {
    expect(isReady(form({ text: '界'.repeat(2730) + 'ab' }))).toBe(true);
    expect(isReady(form({ text: '界'.repeat(2731) }))).toBe(false);
    expect(isReady(form({ title: '🐦'.repeat(bounds.titleCharacters) }))).toBe(true);
    expect(isReady(form({ title: 'x'.repeat(bounds.titleCharacters + 1) }))).toBe(false);
    expect(isReady(form({ users: Array.from({ length: bounds.picks + 1 }, () => ann) }))).toBe(false);
  });
});

describe('counts', () => {
  it('counts as the server does', () => {
    expect([bytesOf('é界🐦'), charactersOf('é界🐦')]).toEqual([9, 3]);
  });
});

describe('receiversOf', () => {
  it('names one kind only', () => {
    const both = { users: [ann], groups: [{ key: 'g1', name: 'Birds', people: 4 }] };
    expect(receiversOf(form({ ...both, audience: 'users' }))).toEqual({ users: ['ann'] });
    expect(receiversOf(form({ ...both, audience: 'groups' }))).toEqual({ groups: ['g1'] });
    expect(receiversOf(form({ ...both, audience: 'all' }))).toEqual({ all: true });
  });
});

describe('keysIn', () => {
  it('takes what people paste', () => {
    expect(keysIn(' @Ann, bob\nann;carl、dora ，')).toEqual(['ann', 'bob', 'carl', 'dora']);
    expect(keysIn('  ')).toEqual([]);
  });
});
