import { FrameType, type Frame, type Role } from 'godwit-sdk';
import { useI18n } from 'vue-i18n';
import { dayTimeText } from '@/lib/dates';
import { isMessage } from '@/stores/frames';
import { useNames } from './names';

export interface EventText {
  key: string;
  named: Record<string, string>;
}

export interface Naming {
  subject(key: string): string;
  object(key: string): string;
  groupName(key: string): string;
  time(ms: number): string;
}

/** How long a mute without an end lasts for people's purposes: further away than this, no time is told. */
const foreverMs = 5 * 365 * 86_400_000;

const changes: Record<string, string> = {
  created: 'chat.eventCreated',
  renamed: 'chat.eventRenamed',
  notice: 'chat.eventNotice',
  avatar: 'chat.eventAvatar',
  policy: 'chat.eventPolicy',
  removed: 'chat.eventRemoved',
  dissolved: 'chat.eventDissolved',
};
const roles: Record<Role, string> = {
  owner: 'chat.eventRoleOwner',
  admin: 'chat.eventRoleAdmin',
  member: 'chat.eventRoleMember',
};

function mutedText(frame: Frame, named: Record<string, string>, naming: Naming): EventText {
  const until = frame.mutedUntil ?? null;
  if (until === null) return { key: 'chat.eventUnmuted', named };
  if (until - frame.time > foreverMs) return { key: 'chat.eventMutedForever', named };
  return { key: 'chat.eventMuted', named: { ...named, time: naming.time(until) } };
}

function groupChange(frame: Frame, naming: Naming): EventText {
  const target = typeof frame.target === 'string' ? frame.target : '';
  const named = { actor: naming.subject(frame.msgSender), target: naming.object(target), name: frame.name ?? '' };
  if (frame.change === 'muted') return mutedText(frame, named, naming);
  if (frame.change === 'role') return { key: roles[frame.role ?? 'member'], named };
  if (frame.change === 'left')
    return { key: 'chat.eventLeft', named: { actor: naming.subject(target || frame.msgSender) } };
  return { key: changes[frame.change ?? ''] ?? 'chat.eventChanged', named };
}

/** What an event says: the key of a text, and the names in it. */
export function eventText(frame: Frame, naming: Naming): EventText {
  const actor = naming.subject(frame.msgSender);
  const group = frame.group ? naming.groupName(frame.group) : '';
  const by: Record<number, string> = {
    [FrameType.friendRequest]: 'chat.eventFriendRequest',
    [FrameType.joinRequest]: 'chat.eventJoinRequest',
    [FrameType.friendApproved]: 'chat.eventFriendApproved',
    [FrameType.joined]: 'chat.eventJoined',
    [FrameType.recalled]: 'chat.eventRecalled',
    [FrameType.rejected]: group ? 'chat.eventJoinRejected' : 'chat.eventRejected',
    [FrameType.friendChanged]: frame.change === 'profile' ? 'chat.eventProfile' : 'chat.eventFriendRemoved',
  };
  if (frame.type === FrameType.groupChanged) return groupChange(frame, naming);
  return { key: by[frame.type] ?? 'chat.eventUnknown', named: { actor, group } };
}

/** Any frame in one line: what was written, or what happened. */
export function useFrameText() {
  const { t } = useI18n();
  const { subject, object, groupName } = useNames();

  function describe(frame: Frame): string {
    const { key, named } = eventText(frame, { subject, object, groupName, time: dayTimeText });
    return t(key, named);
  }

  function line(frame: Frame): string {
    if (frame.recalled) return t('chat.eventRecalled', { actor: subject(frame.msgSender) });
    if (frame.type === FrameType.notice) return frame.title ? `${frame.title}: ${frame.msg}` : frame.msg;
    return isMessage(frame) ? frame.msg : describe(frame);
  }

  return { describe, line };
}
