import { ElMessage } from 'element-plus';
import { ref } from 'vue';
import { useI18n } from 'vue-i18n';
import type { Language } from './i18n';
import { usePreferences } from '@/stores/preferences';

/** Choosing a language: where its texts cannot be fetched the page stays as it was, and says so. */
export function useLanguage() {
  const { t } = useI18n();
  const preferences = usePreferences();
  const choosing = ref(false);

  async function choose(language: Language): Promise<void> {
    if (choosing.value) return;
    choosing.value = true;
    try {
      await preferences.chooseLanguage(language);
    } catch {
      ElMessage.error(t('settings.languageFailed'));
    } finally {
      choosing.value = false;
    }
  }

  return { choose, choosing };
}
