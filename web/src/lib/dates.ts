import { i18n, tagOf } from './i18n';
import { kept } from './intl';

const dayMs = 86_400_000;

function format(ms: number, options: Intl.DateTimeFormatOptions): string {
  const tag = tagOf(i18n.global.locale.value);
  return kept(`${tag}${JSON.stringify(options)}`, () => new Intl.DateTimeFormat(tag, options)).format(ms);
}

/** A day in full. */
export const dayText = (ms: number): string => format(ms, { dateStyle: 'long' });

/** Day and time of day. */
export const dayTimeText = (ms: number): string => format(ms, { dateStyle: 'medium', timeStyle: 'short' });

/** The time of day. */
export const timeText = (ms: number): string => format(ms, { timeStyle: 'short' });

/** The day by its name within the year. */
export const weekdayText = (ms: number): string => format(ms, { weekday: 'long', month: 'long', day: 'numeric' });

/** As short as it stays clear beside `now`: the time today, the day this year, else with the year. */
export function shortText(ms: number, now = Date.now()): string {
  const [then, today] = [new Date(ms), new Date(now)];
  if (then.toDateString() === today.toDateString()) return format(ms, { timeStyle: 'short' });
  if (ms < now && now - ms < 6 * dayMs) return format(ms, { weekday: 'short', hour: 'numeric', minute: '2-digit' });
  const year = then.getFullYear() === today.getFullYear() ? undefined : 'numeric';
  return format(ms, { year, month: 'short', day: 'numeric' });
}
