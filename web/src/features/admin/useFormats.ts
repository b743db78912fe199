import { computed } from 'vue';
import { useI18n } from 'vue-i18n';
import * as format from './format';
import { tagOf } from '@/lib/i18n';

/** The formats of format.ts in the language that is chosen. */
export function useFormats() {
  const { locale, t } = useI18n();
  const tag = computed(() => tagOf(locale.value));

  function lasted(ms: number): string {
    const { days, hours, minutes } = format.durationOf(ms);
    if (days > 0) return t('admin.lastedDays', { days, hours });
    return hours > 0 ? t('admin.lastedHours', { hours, minutes }) : t('admin.lastedMinutes', { minutes });
  }

  return {
    count: (value: number) => format.formatCount(value, tag.value),
    rate: (value: number) => format.formatRate(value, tag.value),
    short: (value: number) => format.formatShort(value, tag.value),
    bytes: (value: number) => format.formatBytes(value, tag.value),
    moment: (time: number, seconds = false) => format.formatMoment(time, tag.value, seconds),
    clock: (time: number, seconds = false) => format.formatClock(time, tag.value, seconds),
    ago: (time: number, now = Date.now()) => format.formatAgo(time, now, tag.value),
    lasted,
  };
}
