import { expect, it } from 'vitest';
import { badgeText, pageTitle, placeOf } from './navigation';

it('counts what is unread in the title', () => {
  expect(pageTitle(0, '')).toBe('godwit');
  expect(pageTitle(0, 'Chats')).toBe('Chats · godwit');
  expect(pageTitle(3, 'Chats')).toBe('(3) Chats · godwit');
  expect(pageTitle(3, '')).toBe('(3) godwit');
  expect(pageTitle(100, '')).toBe('(99+) godwit');
});

it('keeps badges small', () => {
  expect(badgeText(99)).toBe('99');
  expect(badgeText(1234)).toBe('99+');
});

it.each([
  ['/', 'chats'],
  ['/chat/u:contacts', 'chats'],
  ['/contacts', 'contacts'],
  ['/contacts/person/bob', 'contacts'],
  ['/contactsx', 'chats'],
  ['/settings/keys', 'settings'],
  ['/admin/users', 'admin'],
])('%s lies in %s', (path, place) => {
  expect(placeOf(path)).toBe(place);
});
