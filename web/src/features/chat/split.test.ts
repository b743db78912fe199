import { describe, expect, it } from 'vitest';
import { byteLength, cleaned, mostBytes, split } from './split';

const joined = (parts: string[]) => parts.join('').replace(/\s/g, '');

describe('split', () => {
  it('leaves alone what fits', () => {
    expect(split('hello')).toEqual(['hello']);
    expect(split('a'.repeat(mostBytes))).toHaveLength(1);
    expect(split('  \n ')).toEqual([]);
  });

  it('keeps every part within the bytes, and loses nothing', () => {
    const text = '雨燕在潮汐时归来。'.repeat(900) + 'and some words in between '.repeat(400) + '🐦‍⬛👨‍👩‍👧‍👦🇨🇳'.repeat(500);
    const parts = split(text);
    expect(parts.length).toBeGreaterThan(3);
    for (const part of parts) expect(byteLength(part)).toBeLessThanOrEqual(mostBytes);
    expect(joined(parts)).toBe(text.replace(/\s/g, ''));
  });

  it('cuts between words where there are words', () => {
    for (const part of split('word '.repeat(40), 64)) expect(part).toMatch(/^(word ?)+$/);
  });

  it('never cuts a code point, nor a character of several', () => {
    for (const part of split('🐦'.repeat(50), 30)) expect(part).toMatch(/^🐦+$/u);
    for (const part of split('👨‍👩‍👧‍👦'.repeat(10), 60)) expect(part).toMatch(/^(👨‍👩‍👧‍👦)+$/u);
  });

  it('comes to an end with one endless character', () => {
    const zalgo = `a${'\u0301'.repeat(9000)}`;
    const parts = split(zalgo);
    expect(joined(parts)).toBe(zalgo);
  });
});

it('cleaned takes out what the server would refuse', () => {
  expect(cleaned(' a\0b \ud800 ')).toBe('ab \ufffd');
  expect(cleaned('🐦')).toBe('🐦');
});
