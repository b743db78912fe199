// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { anchor, page, target } from './documents.mjs';

describe('documents', () => {
  it('names headings as GitHub does', () => {
    expect(anchor('not_friends')).toBe('not_friends');
    expect(anchor('Names: keys, ids, conversations')).toBe('names-keys-ids-conversations');
    expect(anchor('The same in a `browser`')).toBe('the-same-in-a-browser');
  });

  it('leads links to what the server shows', () => {
    expect(target('errors.md#muted')).toBe('/docs/errors#muted');
    expect(target('protocol.md')).toBe('/docs/protocol');
    expect(target('openapi.yaml')).toBe('/openapi.yaml');
    expect(target('#here')).toBe('#here');
    expect(target('https://example.com/')).toBe('https://example.com/');
    expect(target('operations.md#limits')).toBeUndefined();
  });

  it('makes a page with a section for each code, and no link to nowhere', () => {
    const made = page('errors', '## not_friends\n\nSee [limits](operations.md), [muted](#muted) and <b>this</b>.\n\n## not_friends');
    expect(made).toContain('<h2 id="not_friends">not_friends</h2>');
    expect(made).toContain('<h2 id="not_friends-1">');
    expect(made).toContain('<span>limits</span>');
    expect(made).toContain('<a href="#muted">muted</a>');
    expect(made).toContain('&lt;b&gt;this');
    expect(made).toContain('<a href="/docs/errors" aria-current="page">');
  });
});
