import { defineStore } from 'pinia';
import { computed, reactive, ref, watch } from 'vue';
import { type Language, setLanguage, systemLanguage } from '@/lib/i18n';
import { readStored, writeStored } from '@/lib/stored';

export type Theme = 'system' | 'light' | 'dark';

export interface Preferences {
  theme: Theme;
  language: Language;
  notifications: boolean;
  /** Whether a notification shows what was written. */
  previews: boolean;
  sound: boolean;
  /** Whether the other person, or the group, stands beside a chat where there is room. */
  details: boolean;
  /** Whether others are told what I have read and that I am typing. */
  receipts: boolean;
}

const key = 'godwit.preferences';

/** What this browser was told to look and sound like; the same for every account that logs in here. */
export const usePreferences = defineStore('preferences', () => {
  const initial: Preferences = {
    theme: 'system',
    language: systemLanguage(),
    notifications: false,
    previews: true,
    sound: true,
    details: false,
    receipts: true,
  };
  const values = reactive<Preferences>({ ...initial, ...readStored<Partial<Preferences>>(key) });
  const systemDark = matchMedia('(prefers-color-scheme: dark)');
  const darkSystem = ref(systemDark.matches);
  systemDark.addEventListener('change', (event) => (darkSystem.value = event.matches));
  const dark = computed(() => (values.theme === 'system' ? darkSystem.value : values.theme === 'dark'));

  watch(values, (now) => writeStored(key, now));
  // Another tab chose something else: this one follows.
  addEventListener('storage', (event) => {
    if (event.key !== key || event.newValue === null) return;
    const { language, ...others } = { ...initial, ...readStored<Partial<Preferences>>(key) };
    Object.assign(values, others);
    if (language !== values.language) void chooseLanguage(language).catch(() => undefined);
  });
  watch(dark, (now) => document.documentElement.classList.toggle('dark', now), { immediate: true });

  /** Keeps the language before where the new one's texts cannot be fetched; throws then. */
  async function chooseLanguage(language: Language): Promise<void> {
    await setLanguage(language);
    values.language = language;
  }

  return { values, dark, chooseLanguage };
});
