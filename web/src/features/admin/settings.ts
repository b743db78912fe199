import type { Setting, SettingValue } from './types';

/** As the settings file would have it. */
export function shown(value: SettingValue): string {
  return JSON.stringify(value);
}

export function isChanged(setting: Setting): boolean {
  return setting.source !== 'default';
}

/** Every word occurs in the name, the value or what it does. */
export function matching(settings: Setting[], words: string, changedOnly: boolean): Setting[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return settings.filter((setting) => {
    const text = `${setting.name} ${shown(setting.value)} ${setting.doc}`.toLowerCase();
    return (!changedOnly || isChanged(setting)) && wanted.every((word) => text.includes(word));
  });
}
