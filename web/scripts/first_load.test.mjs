import { describe, expect, it } from 'vitest';
import { filesOf } from './first_load.mjs';

const manifest = {
  'index.html': {
    file: 'index.js',
    isEntry: true,
    css: ['index.css'],
    imports: ['_vendor.js'],
    dynamicImports: ['src/A.vue', 'src/B.vue'],
  },
  '_vendor.js': { file: 'vendor.js', css: ['vendor.css'], imports: ['index.html'] },
  'src/A.vue': { file: 'a.js', css: ['a.css'], imports: ['index.html', '_shared.js'], dynamicImports: ['src/B.vue'] },
  'src/B.vue': { file: 'b.js', css: ['b.css'] },
  '_shared.js': { file: 'shared.js', css: ['vendor.css'] },
  '_texts-en-x1.js': { file: 'en.js', name: 'texts-en' },
};

describe('filesOf', () => {
  it('is the entry with what it imports, each file once, for no screen in particular', () => {
    expect(filesOf(manifest, [])).toEqual(['index.js', 'index.css', 'vendor.js', 'vendor.css']);
  });

  it('adds a screen with its styles and static imports, and nothing that is fetched later', () => {
    const files = filesOf(manifest, ['src/A.vue']);
    expect(files.slice(4)).toEqual(['a.js', 'a.css', 'shared.js']);
  });

  it('finds shared chunks by their name', () => {
    expect(filesOf(manifest, ['texts-en'])).toContain('en.js');
  });

  it('fails on what is not there: a renamed screen must not weigh nothing', () => {
    expect(() => filesOf(manifest, ['src/Gone.vue'])).toThrow('src/Gone.vue');
    expect(() => filesOf({}, [])).toThrow('entry');
    expect(() => filesOf({ ...manifest, 'src/B.vue': { file: 'b.js', imports: ['_lost.js'] } }, ['src/B.vue'])).toThrow(
      '_lost.js',
    );
  });
});
