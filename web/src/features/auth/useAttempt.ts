import { GodwitError } from 'godwit-sdk';
import { computed, nextTick, ref } from 'vue';
import { useI18n } from 'vue-i18n';
import { comeBackAt } from './rules';
import { useCountdown } from '@/lib/countdown';
import { problemFields, problemText } from '@/lib/problem';

/**
 * One attempt at a time of something that the server may refuse: what it says, at which fields, and for how long to
 * wait.
 */
export function useAttempt() {
  const { t } = useI18n();
  const busy = ref(false);
  const error = ref<unknown>(null);
  const waitUntil = ref(0);
  const seconds = useCountdown(waitUntil);
  const fields = computed(() => problemFields(error.value));
  const waiting = computed(() => seconds.value > 0);
  const text = computed(() => {
    if (!error.value || Object.keys(fields.value).length > 0) return '';
    const limited = error.value instanceof GodwitError && error.value.code === 'rate_limited';
    if (limited && waitUntil.value)
      return waiting.value ? t('auth.waitSeconds', { n: seconds.value }, seconds.value) : t('auth.waitOver');
    return problemText(error.value);
  });

  /** False where it was refused; then `text` and `fields` say why. */
  async function attempt(action: () => Promise<void>): Promise<boolean> {
    if (busy.value || waiting.value) return false;
    busy.value = true;
    error.value = null;
    waitUntil.value = 0;
    try {
      await action();
      return true;
    } catch (refusal) {
      error.value = refusal;
      waitUntil.value = comeBackAt(refusal, Date.now());
      return false;
    } finally {
      busy.value = false;
      await nextTick();
    }
  }

  const clear = () => {
    if (!waiting.value) error.value = null;
  };

  return { busy, error, fields, text, waiting, seconds, attempt, clear };
}
