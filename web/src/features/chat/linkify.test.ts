import { describe, expect, it } from 'vitest';
import { isLargeEmoji, mostLinks, safeHref, segments } from './linkify';

const links = (text: string) => segments(text).flatMap(({ href }) => href ?? []);

describe('segments', () => {
  it('finds addresses of the web and of mail', () => {
    expect(links('see https://example.org/a?b=c, and a@b.org')).toEqual([
      'https://example.org/a?b=c',
      'mailto:a@b.org',
    ]);
    expect(links('例如 example.com。好')).toEqual(['http://example.com/']);
  });

  it('never makes a link of anything that could run or read', () => {
    const hostile = [
      'javascript:alert(1)',
      'JaVaScRiPt:alert(document.cookie)',
      'java\nscript:alert(1)',
      'data:text/html,<script>alert(1)</script>',
      'vbscript:x',
      'file:///etc/passwd',
      'ftp://example.org/x',
      'blob:https://example.org/1',
      '//example.org/x',
      'about:blank',
      'intent://x#Intent;end',
      'tel:123',
    ];
    for (const text of hostile) {
      for (const href of links(`${text} and <${text}>`)) expect(new URL(href).protocol).toMatch(/^(https?|mailto):$/);
      expect(safeHref(text)).toBeUndefined();
    }
    expect(links('javascript:alert(1)')).toEqual([]);
    expect(links('data:text/html,hello')).toEqual([]);
  });

  it('says the same text, piece by piece', () => {
    const texts = [
      '',
      '<img src=x onerror=alert(1)>',
      'a https://x.org b http://y.org',
      '\u202Egpj.exe https://a.b',
      '𝕏🐦 http://例え.jp/ü ok',
    ];
    for (const text of texts)
      expect(
        segments(text)
          .map((piece) => piece.text)
          .join(''),
      ).toBe(text);
  });

  it('has a bound', () => {
    expect(links('https://a.org '.repeat(mostLinks + 50))).toHaveLength(mostLinks);
  });
});

it('isLargeEmoji is true for up to three emoji alone', () => {
  for (const text of ['👍', '👨‍👩‍👧‍👦', '🇨🇳🐦❤️', '👍 👍']) expect(isLargeEmoji(text), text).toBe(true);
  for (const text of ['', ' ', 'a👍', '👍👍👍👍', '12', '#']) expect(isLargeEmoji(text), text).toBe(false);
});
