import { FrameType, type Frame } from 'godwit-sdk';
import { beforeAll, describe, expect, it } from 'vitest';
import { eventText, type Naming } from './events';
import { muteIn, obstacle, type Standing } from './writing';
import { i18n, setLanguage } from '@/lib/i18n';

const naming: Naming = {
  subject: (key) => (key === 'ada' ? 'You' : key),
  object: (key) => (key === 'ada' ? 'you' : key),
  groupName: () => 'Crew',
  time: (ms) => `t${ms}`,
};
const frame = (over: Partial<Frame>): Frame => ({
  type: FrameType.groupChanged,
  msgSender: 'bob',
  msgReceiver: 'g1',
  msg: '',
  id: 'x',
  conversation: 'g:g1',
  seq: 1,
  time: 1000,
  ...over,
}) as Frame;
/** Without the marks that isolate names (lib/isolate.ts). */
const said = (over: Partial<Frame>): string => {
  const { key, named } = eventText(frame(over), naming);
  return i18n.global.t(key, named).replace(/[\u2068\u2069]/g, '');
};

describe('eventText', () => {
  beforeAll(() => setLanguage('en'));

  it.each([
    [{ change: 'created' }, 'bob created the group'],
    [{ change: 'renamed', name: 'Night' }, 'bob renamed the group to “Night”'],
    [{ change: 'role', role: 'admin' as const, target: 'ada' }, 'bob made you an admin'],
    [{ change: 'role', role: 'owner' as const, target: 'eve', msgSender: 'ada' }, 'You handed the group over to eve'],
    [{ change: 'muted', target: 'eve', mutedUntil: 9000 }, 'bob muted eve until t9000'],
    [{ change: 'muted', target: 'eve', mutedUntil: 9e15 }, 'bob muted eve'],
    [{ change: 'muted', target: 'eve', mutedUntil: null }, 'bob let eve write again'],
    [{ change: 'left', target: 'eve', msgSender: 'eve' }, 'eve left the group'],
    [{ change: 'removed', target: 'ada' }, 'bob removed you'],
    [{ change: 'dissolved' }, 'bob dissolved the group'],
    [{ change: 'something new' }, 'bob changed the group'],
    [{ type: FrameType.joined }, 'bob joined the group'],
    [{ type: FrameType.friendRequest }, 'bob wants to be your friend'],
    [{ type: FrameType.joinRequest, group: 'g1' }, 'bob wants to join Crew'],
    [{ type: FrameType.rejected }, 'A request of yours was declined'],
    [{ type: FrameType.rejected, group: 'g1' }, 'Your request to join Crew was declined'],
    [{ type: FrameType.friendChanged, change: 'removed' }, 'bob removed you from their friends'],
    [{ type: 299 }, 'Something happened that this page does not know yet'],
  ])('%o', (over, text) => expect(said(over as Partial<Frame>)).toBe(text));
});

describe('obstacle', () => {
  const group = {
    key: 'g1',
    name: 'Crew',
    avatar: '',
    notice: '',
    joinPolicy: 'open',
    owner: 'bob',
    memberCount: 3,
    role: 'member',
  } as const;
  const base: Standing = {
    conversation: 'u:bob',
    friends: true,
    blocked: false,
    group: undefined,
    dissolved: false,
    mutedUntil: null,
    now: 50,
  };
  it.each([
    [{}, null],
    [{ friends: false }, 'notFriends'],
    [{ friends: false, blocked: true }, 'blocked'],
    [{ conversation: 's:' }, 'notices'],
    [{ conversation: 'g:g1' }, 'left'],
    [{ conversation: 'g:g1', dissolved: true }, 'dissolved'],
    [{ conversation: 'g:g1', group }, null],
    [{ conversation: 'g:g1', group, mutedUntil: 51 }, 'muted'],
    [{ conversation: 'g:g1', group, mutedUntil: 50 }, null],
  ])('%o → %s', (over, reason) => expect(obstacle({ ...base, ...over })).toBe(reason));
});

it('muteIn goes by the newest event about oneself', () => {
  const muted = frame({ change: 'muted', target: 'ada', mutedUntil: 77 });
  expect(muteIn([muted, frame({ change: 'muted', target: 'eve', mutedUntil: 99 })], 'ada')).toBe(77);
  expect(muteIn([muted, frame({ change: 'muted', target: 'ada', mutedUntil: null })], 'ada')).toBeNull();
  expect(muteIn([], 'ada')).toBeUndefined();
});
