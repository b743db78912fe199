import { dayText, weekdayText } from '@/lib/dates';

/** Today and yesterday by name, this year without the year. */
export function dayLabel(ms: number, t: (key: string) => string, now = new Date()): string {
  const then = new Date(ms);
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (then.toDateString() === now.toDateString()) return t('chat.today');
  if (then.toDateString() === yesterday.toDateString()) return t('chat.yesterday');
  return then.getFullYear() === now.getFullYear() ? weekdayText(ms) : dayText(ms);
}
