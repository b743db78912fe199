import { describe, expect, it } from 'vitest';
import { markdown } from './markdown';

type Node = { kind: string; attributes: Record<string, unknown> | null; children: unknown[] };
const make = (kind: string, attributes: Record<string, unknown> | null, ...children: unknown[]): Node => ({
  kind,
  attributes,
  children,
});
/** As HTML would show it, for reading. */
const shown = (node: unknown): string =>
  typeof node === 'string' ? node : `<${(node as Node).kind}>${(node as Node).children.map(shown).join('')}</>`;
const of = (source: string) => markdown<Node>(source, make).map(shown).join('');

describe('markdown', () => {
  it('makes paragraphs, code, emphasis and lists', () => {
    expect(of('**Lists** take `limit`\nand more.\n\nNext.')).toBe('<p><strong>Lists</> take <code>limit</> and more.</><p>Next.</>');
    expect(of('- one\n- two')).toBe('<ul><li>one</><li>two</></>');
    expect(of('```\na < b\n```')).toBe('<pre><code>a < b\n</></>');
  });

  it('leaves markup as the text that it is', () => {
    expect(of('<img src=x onerror=alert(1)>')).toBe('<p><img src=x onerror=alert(1)></>');
    expect(markdown<Node>('<b>x</b>', make)[0]).toMatchObject({ kind: 'p', children: ['<b>x</b>'] });
  });

  it('keeps links, but none that run something', () => {
    const [paragraph] = markdown<Node>('[errors](/docs/errors#muted)', make) as Node[];
    expect(paragraph?.children[0]).toMatchObject({ kind: 'a', attributes: { href: '/docs/errors#muted' } });
    expect(of('[x](javascript:alert(1))')).toBe('<p>[x](javascript:alert(1))</>');
  });

  it('is nothing for nothing', () => {
    expect(markdown('', make)).toEqual([]);
  });
});
