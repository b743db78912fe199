import { beforeEach, expect, it } from 'vitest';
import { findEmoji, recentBound, recentEmoji, rememberEmoji, usable } from './emoji';

const data = [
  { unicode: '🐦', label: 'bird', group: 3, order: 2, tags: ['animal'] },
  { unicode: '🪿', label: 'goose', group: 3, order: 1, tags: ['bird', 'honk'] },
  { unicode: '🏽', label: 'medium skin tone', group: 2, order: 3 },
  { unicode: '🇦', label: 'regional indicator A' },
];

beforeEach(() => localStorage.clear());

it('usable leaves out what is no emoji of its own, and keeps the order of the standard', () => {
  expect(usable(data).map(({ unicode }) => unicode)).toEqual(['🪿', '🐦']);
});

it('findEmoji wants every word, and puts names that begin with it first', () => {
  const all = usable(data);
  expect(findEmoji(all, 'Bird').map(({ unicode }) => unicode)).toEqual(['🐦', '🪿']);
  expect(findEmoji(all, 'bird honk').map(({ unicode }) => unicode)).toEqual(['🪿']);
  expect(findEmoji(all, 'fish')).toEqual([]);
});

it('remembers the last ones, each once, up to the bound', () => {
  for (let i = 0; i < recentBound + 5; i += 1) rememberEmoji(`e${i}`);
  rememberEmoji('e10');
  expect(recentEmoji()).toHaveLength(recentBound);
  expect(recentEmoji().slice(0, 2)).toEqual(['e10', `e${recentBound + 4}`]);
  expect(recentEmoji().filter((emoji) => emoji === 'e10')).toHaveLength(1);
});
