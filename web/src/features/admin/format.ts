/** Numbers and times as people read them; `locale` is a BCP 47 tag. */
import { kept } from '@/lib/intl';

function digits(locale: string, fraction: number): Intl.NumberFormat {
  return kept(`n${fraction}${locale}`, () => new Intl.NumberFormat(locale, { maximumFractionDigits: fraction }));
}

export function formatCount(value: number, locale: string): string {
  return digits(locale, 0).format(value);
}

/** About three significant digits: 0.25, 4.5, 132. */
export function formatRate(value: number, locale: string): string {
  return digits(locale, value < 1 ? 2 : value < 100 ? 1 : 0).format(value);
}

/** As short as an axis wants it: 12, 1.5K, 2M (1.5万 in Chinese). */
export function formatShort(value: number, locale: string): string {
  const make = () => new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 2 });
  return kept(`c${locale}`, make).format(value);
}

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

export function formatBytes(value: number, locale: string): string {
  const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(value) / 10));
  const scaled = value / 1024 ** power;
  return `${digits(locale, power > 0 && scaled < 100 ? 1 : 0).format(scaled)} ${units[power]}`;
}

export function formatMoment(time: number, locale: string, seconds = false): string {
  const timeStyle = seconds ? 'medium' : 'short';
  const make = () => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle, hourCycle: 'h23' });
  return kept(`d${timeStyle}${locale}`, make).format(time);
}

export function formatClock(time: number, locale: string, seconds = false): string {
  const make = () =>
    new Intl.DateTimeFormat(locale, {
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      ...(seconds ? { second: '2-digit' } : {}),
    });
  return kept(`t${seconds}${locale}`, make).format(time);
}

const spans: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_557_600_000],
  ['month', 2_629_800_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

/** "5 minutes ago"; below a minute "now". */
export function formatAgo(time: number, now: number, locale: string): string {
  const format = kept(`r${locale}`, () => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }));
  const [unit, length] = spans.find(([, size]) => now - time >= size) ?? ['second', 0];
  return length === 0 ? format.format(0, 'second') : format.format(-Math.floor((now - time) / length), unit);
}

export interface Duration {
  days: number;
  hours: number;
  minutes: number;
}

export function durationOf(ms: number): Duration {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  return { days: Math.floor(minutes / 1440), hours: Math.floor(minutes / 60) % 24, minutes: minutes % 60 };
}
