import { describe, expect, it } from 'vitest';
import { isChanged, matching, shown } from './settings';
import type { Setting } from './types';

const setting = (name: string, some: Partial<Setting> = {}): Setting => ({
  name,
  value: 1,
  default: 1,
  source: 'default',
  doc: '',
  reload: false,
  secret: false,
  ...some,
});

describe('settings', () => {
  const all = [
    setting('gateway.listen', { value: '127.0.0.1:8080', source: 'flag', doc: 'Where people connect.' }),
    setting('limits.enabled', { value: false, source: 'environment' }),
    setting('node.ping', { doc: 'Pause between two pings.' }),
  ];
  const names = (words: string, changed = false) => matching(all, words, changed).map(({ name }) => name);

  it('finds every word in the name, the value or the meaning', () => {
    expect(names('')).toHaveLength(3);
    expect(names('PING')).toEqual(['node.ping']);
    expect(names('people 8080')).toEqual(['gateway.listen']);
    expect(names('people ping')).toEqual([]);
  });

  it('shows only those that were set, where asked', () => {
    expect(names('', true)).toEqual(['gateway.listen', 'limits.enabled']);
    expect(isChanged(all[2] as Setting)).toBe(false);
  });

  it('shows values as the settings file has them', () => {
    expect([shown('a'), shown(false), shown(['x', 'y'])]).toEqual(['"a"', 'false', '["x","y"]']);
  });
});
