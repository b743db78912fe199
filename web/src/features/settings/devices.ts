import type { Session } from 'godwit-sdk';

/** All but this one, those seen last first. */
export const deviceOrder = (sessions: readonly Session[]): Session[] =>
  sessions.filter((one) => !one.current).sort((a, b) => b.lastSeenAt - a.lastSeenAt);

/** A moment as people say it: "3 minutes ago". */
export function ago(moment: number, now: number, language: string): string {
  const seconds = Math.min(0, Math.round((moment - now) / 1000));
  const units: [Intl.RelativeTimeFormatUnit, number][] = [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
  ];
  const [unit, size] = units.find(([, length]) => -seconds >= length) ?? ['second', 1];
  // "Now" is near enough for anything within the last minute.
  return new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(
    unit === 'second' ? 0 : Math.ceil(seconds / size),
    unit,
  );
}
