import { createI18n } from 'vue-i18n';
import { part } from './part';

export const languages = { en: 'English', zh: '中文' } as const;
export type Language = keyof typeof languages;

/** BCP 47, for `lang` and for Intl. */
export const tagOf = (language: string): string => (language === 'zh' ? 'zh-CN' : 'en');

interface Messages {
  [key: string]: string | Messages;
}
const files = import.meta.glob<{ default: Messages }>('../locales/*/*.json');

/** Texts live in locales/<language>/<area>.json and are reached as `<area>.<key>`. A language is fetched when it is chosen. */
export const i18n = createI18n({
  legacy: false,
  locale: 'en',
  fallbackLocale: 'en',
  messages: {} as Record<string, Messages>,
  missingWarn: import.meta.env.DEV,
});

async function load(language: Language): Promise<Messages> {
  const wanted = Object.entries(files).filter(([path]) => path.includes(`/${language}/`));
  const loaded = await Promise.all(
    wanted.map(async ([path, read]) => [path.replace(/^.*\/(.+)\.json$/, '$1'), (await part(read)()).default] as const),
  );
  return Object.fromEntries(loaded) as Messages;
}

/** Sets texts and the page's `lang`. Throws where the texts cannot be fetched; the language then stays as it was. */
export async function setLanguage(language: Language): Promise<void> {
  if (!i18n.global.availableLocales.includes(language)) i18n.global.setLocaleMessage(language, await load(language));
  i18n.global.locale.value = language;
  document.documentElement.lang = tagOf(language);
}

export function systemLanguage(): Language {
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}
