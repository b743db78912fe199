import { expect, it } from 'vitest';
import { recentBound, remember } from './recent';

it('puts the newest first, each once whatever the case, and forgets nothing for an empty one', () => {
  expect(remember(['boat', 'wind'], ' Wind ')).toEqual(['Wind', 'boat']);
  expect(remember(['boat'], '  ')).toEqual(['boat']);
});

it('never keeps more than its bound', () => {
  let list: string[] = [];
  for (let n = 0; n < 3 * recentBound; n += 1) list = remember(list, `word ${n}`);
  expect(list).toHaveLength(recentBound);
  expect(list[0]).toBe(`word ${3 * recentBound - 1}`);
});
