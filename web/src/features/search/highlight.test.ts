import { describe, expect, it } from 'vitest';
import { excerpt, pieces } from './highlight';

const marked = (text: string, ranges: [number, number][]) => pieces(text, ranges).map(({ text: one, marked: on }) => (on ? `[${one}]` : one));

describe('pieces', () => {
  it('leaves a text without ranges whole', () => {
    expect(marked('all of it', [])).toEqual(['all of it']);
    expect(marked('', [])).toEqual([]);
  });

  it('counts code points: an emoji before the mark is one, a family is as many as it is made of', () => {
    expect(marked('🥪🥪 boat', [[3, 7]])).toEqual(['🥪🥪 ', '[boat]']);
    expect(marked('👩‍👧 boat', [[4, 8]])).toEqual(['👩‍👧 ', '[boat]']);
  });

  it('marks Chinese inside a sentence', () => {
    expect(marked('明天下午开会吗', [[4, 6]])).toEqual(['明天下午', '[开会]', '吗']);
  });

  it('never cuts a surrogate pair', () => {
    expect(pieces('𠮷野家', [[0, 1]])[0]).toEqual({ text: '𠮷', marked: true });
  });

  it('merges ranges that overlap, touch, repeat or come out of order', () => {
    expect(marked('abcdefgh', [[4, 6], [1, 3], [2, 5], [1, 3]])).toEqual(['a', '[bcdef]', 'gh']);
    expect(marked('abcd', [[0, 2], [2, 4]])).toEqual(['[abcd]']);
  });

  it('passes over what is empty, backwards or outside', () => {
    expect(marked('abc', [[1, 1], [2, 1], [-3, 1], [2, 99], [7, 9]])).toEqual(['[a]', 'b', '[c]']);
  });

  it('keeps every character whatever the ranges, and makes no markup of it', () => {
    const text = '<b>boat</b> & 🥪 "quotes"';
    const cut = pieces(text, [[3, 7], [14, 15]]);
    expect(cut.map((piece) => piece.text).join('')).toBe(text);
  });
});

describe('excerpt', () => {
  it('leaves a short text whole', () => {
    expect(excerpt('a boat', [[2, 6]]).map(({ text }) => text).join('')).toBe('a boat');
  });

  it('begins shortly before the first mark of a long text, and moves the marks along', () => {
    const cut = excerpt(`${'🌊'.repeat(500)}boat${'y'.repeat(500)}`, [[500, 504]]);
    expect(cut[0]).toEqual({ text: '…', marked: false });
    expect(cut[1]?.text).toBe('🌊'.repeat(20));
    expect(cut[2]).toEqual({ text: 'boat', marked: true });
    expect(cut.at(-1)).toEqual({ text: '…', marked: false });
  });

  it('begins with a whole word, and leaves a mark where it is that is seen anyway', () => {
    expect(excerpt(`${'word '.repeat(30)}boat`, [[150, 154]])[1]?.text).toBe('word word word ');
    expect(excerpt('Log entry 119: wind from the north, sea calm, harbour quiet', [[46, 53]])[0]?.text).toMatch(/^Log entry/);
  });

  it('shows the beginning where nothing is marked', () => {
    expect(excerpt('z'.repeat(1000), [])[0]?.text).toBe('z'.repeat(160));
  });
});
