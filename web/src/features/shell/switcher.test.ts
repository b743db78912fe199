import { describe, expect, it } from 'vitest';
import { type Candidate, matchScore, neighbour, rank } from './switcher';

const someone = (name: string, time = 0, key = name.toLowerCase()): Candidate => ({
  conversation: `u:${key}`,
  name,
  key,
  avatar: '',
  group: false,
  time,
  unread: 0,
});
const names = (list: Candidate[]) => list.map(({ name }) => name);

describe('the ranking', () => {
  it('puts whom one wrote with last first while nothing is typed', () => {
    expect(names(rank([someone('Old', 1), someone('Never'), someone('New', 9)], ''))).toEqual(['New', 'Old', 'Never']);
  });

  it('prefers whole, beginning, beginning of a word, inside, scattered', () => {
    const list = [
      someone('xanax', 50),
      someone('a-n-n', 90),
      someone('Joe Ann', 10),
      someone('Anna', 1),
      someone('Ann', 0),
    ];
    expect(names(rank(list, 'ann'))).toEqual(['Ann', 'Anna', 'Joe Ann', 'a-n-n']);
  });

  it('takes the recent one of two that fit equally well', () => {
    expect(names(rank([someone('Anna', 1), someone('Anne', 5)], 'ann'))).toEqual(['Anne', 'Anna']);
  });

  it('finds by the key, too, and without accents and case', () => {
    expect(names(rank([someone('张伟', 0, 'zhang.wei')], 'WEI'))).toEqual(['张伟']);
    expect(names(rank([someone('Zoë')], 'zoe'))).toEqual(['Zoë']);
    expect(names(rank([someone('张伟', 0, 'zw1')], '伟'))).toEqual(['张伟']);
  });

  it('leaves out what does not fit, and what is over the bound', () => {
    expect(rank([someone('Bob')], 'zz')).toEqual([]);
    expect(
      rank(
        Array.from({ length: 80 }, (_, n) => someone(`Ann ${n}`)),
        'ann',
      ),
    ).toHaveLength(50);
  });

  it('scores scattered letters by how close they stand', () => {
    expect(matchScore('a.n.n', 'ann')).toBeGreaterThan(matchScore('a....n....n', 'ann'));
    expect(matchScore('abc', 'cb')).toBe(0);
  });
});

describe('the next conversation', () => {
  const list = ['u:a', 'u:b', 'u:c'];

  it('goes round the ends', () => {
    expect(neighbour(list, 'u:a', 1)).toBe('u:b');
    expect(neighbour(list, 'u:c', 1)).toBe('u:a');
    expect(neighbour(list, 'u:a', -1)).toBe('u:c');
  });

  it('begins at an end where none is open', () => {
    expect(neighbour(list, undefined, 1)).toBe('u:a');
    expect(neighbour(list, 'u:gone', -1)).toBe('u:c');
    expect(neighbour([], undefined, 1)).toBeUndefined();
  });
});
