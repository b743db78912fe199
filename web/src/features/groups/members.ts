import type { Member, Role } from 'godwit-sdk';
import { byName, matches } from '@/features/contacts/order';

const rank: Record<Role, number> = { owner: 0, admin: 1, member: 2 };

/** The owner, the admins, the members; each in the order of the phone book. */
export function sortMembers(members: readonly Member[], nameOf: (key: string) => string, locale: string): Member[] {
  const alphabetical = byName<Member>((member) => nameOf(member.user.key), locale);
  return [...members].sort((a, b) => rank[a.role] - rank[b.role] || alphabetical(a, b));
}

export function filterMembers(members: readonly Member[], query: string, nameOf: (key: string) => string): Member[] {
  if (!query.trim()) return [...members];
  return members.filter(({ user }) => matches(query.trim(), [nameOf(user.key), user.name, user.key]));
}

/** Whether the mute lasts at `now`; the server tells when it ends and sends nothing then. */
export const isMuted = (member: Pick<Member, 'mutedUntil'>, now: number): boolean => (member.mutedUntil ?? 0) > now;

const minute = 60_000;

/** Far enough to be "until somebody lifts it", near enough for every client's dates. */
const untilLifted = 100 * 365 * 24 * 60 * minute;

export const muteChoices = {
  minutes10: 10 * minute,
  hour: 60 * minute,
  day: 24 * 60 * minute,
  week: 7 * 24 * 60 * minute,
  untilLifted,
} as const;

export type MuteChoice = keyof typeof muteChoices;

/** Whether it was meant to last until it is lifted; its end is then no date worth showing. */
export const isUntilLifted = (mutedUntil: number, now: number): boolean => mutedUntil - now > untilLifted / 2;
