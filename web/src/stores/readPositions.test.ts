import { expect, it } from 'vitest';
import { higher, positionsBound } from './readPositions';

it('keeps the higher of two tabs', () => {
  expect(
    higher(
      { 'u:bob': 9, 'u:eve': 2 },
      new Map([
        ['u:bob', 4],
        ['u:dan', 1],
      ]),
    ),
  ).toEqual({ 'u:bob': 9, 'u:eve': 2, 'u:dan': 1 });
});

it("keeps so many, this page's before the others", () => {
  const kept = Object.fromEntries(Array.from({ length: positionsBound }, (_, i) => [`u:p${i}`, i]));
  const merged = higher(kept, new Map([['u:new', 7]]));
  expect(Object.keys(merged)).toHaveLength(positionsBound);
  expect(merged['u:new']).toBe(7);
  expect(merged['u:p0']).toBeUndefined();
});
