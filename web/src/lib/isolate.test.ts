import { describe, expect, it } from 'vitest';
import { isolateNames } from './isolate';
import { i18n, setLanguage } from './i18n';

describe('names in sentences', () => {
  it('isolates what people wrote and nothing else', () => {
    expect(isolateNames('{actor} removed {target}')).toBe('\u2068{actor}\u2069 removed \u2068{target}\u2069');
    expect(isolateNames('{n} of {count}, {time}, {@x}, {names}')).toBe('{n} of {count}, {time}, {@x}, {names}');
  });

  it('does so in the texts of every language', async () => {
    for (const language of ['zh', 'en'] as const) {
      await setLanguage(language);
      expect(i18n.global.t('chat.eventRemoved', { actor: 'علي', target: 'Bob' })).toMatch(/\u2068علي\u2069.*\u2068Bob\u2069/);
    }
  });
});
