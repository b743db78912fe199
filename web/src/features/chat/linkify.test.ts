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

  it.each([
    ['看https://a.example/c，很好', 'https://a.example/c'],
    ['http://t.cn/RZwjG7U（分享自 @酷6网）', 'http://t.cn/RZwjG7U'],
    ['（https://github.com/user/repo）', 'https://github.com/user/repo'],
    ['「https://a.example/c」と言う', 'https://a.example/c'],
    ['リンクはhttps://a.example/c。', 'https://a.example/c'],
    ['여기https://a.example/c…', 'https://a.example/c'],
    ['https://a.example/c！好', 'https://a.example/c'],
    ['https://a.example/c\u200b\u2060', 'https://a.example/c'],
    ['https://a.example/c”他说', 'https://a.example/c'],
    ['邮箱：a@b.org，谢谢', 'mailto:a@b.org'],
    ['联系a.b@c.org', 'mailto:a.b@c.org'],
    ['看example.com，好', 'http://example.com/'],
    ['看WWW.example.com；好', 'http://www.example.com/'],
    ['http://例え.jp/道', 'http://xn--r8jz45g.jp/%E9%81%93'],
    ['https://en.wikipedia.org/wiki/Tester_(surname)', 'https://en.wikipedia.org/wiki/Tester_(surname)'],
  ])('%j leads to %s alone', (text, href) => expect(links(text)).toEqual([href]));

  it('tells addresses apart that no blank parts', () => {
    expect(links('https://a.example/c、https://b.example/d')).toEqual(['https://a.example/c', 'https://b.example/d']);
    expect(links('xhttps://a.example')).toEqual([]);
  });

  it('takes no longer for a text that is all marks', () => {
    const begun = performance.now();
    for (const unit of ['。a', 'a.', '看a@', '看www.', '看https://', '\u200b']) segments(unit.repeat(10_000 / unit.length));
    expect(performance.now() - begun).toBeLessThan(5000);
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
