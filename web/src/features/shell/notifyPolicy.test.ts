import { type Frame, FrameType } from 'godwit-sdk';
import { describe, expect, it } from 'vitest';
import { claimDelay, mayChime, preview, type Situation, wantsAttention } from './notifyPolicy';

const frame = (more: Partial<Frame> = {}): Frame => ({
  type: FrameType.message,
  msgSender: 'bob',
  msgReceiver: 'ann',
  msg: 'hi',
  id: 'm1',
  conversation: 'u:bob',
  seq: 5,
  time: 1,
  ...more,
}) as Frame;
const away: Situation = { me: 'ann', hidden: true, open: undefined, muted: false, readSeq: 0 };
const here: Situation = { ...away, hidden: false };

describe('what makes one look', () => {
  it('is a message while the page is hidden, also in the conversation that is open', () => {
    expect(wantsAttention(frame(), 'push', away)).toBe(true);
    expect(wantsAttention(frame(), 'push', { ...away, open: 'u:bob' })).toBe(true);
    expect(wantsAttention(frame(), 'inbox', away)).toBe(true);
  });

  it('is a message of another conversation while one looks at the page', () => {
    expect(wantsAttention(frame(), 'push', { ...here, open: 'u:carol' })).toBe(true);
    expect(wantsAttention(frame(), 'push', { ...here, open: 'u:bob' })).toBe(false);
    expect(wantsAttention(frame(), 'inbox', { ...here, open: 'u:carol' })).toBe(false);
  });

  it.each([
    ["one's own", frame({ msgSender: 'ann' }), away],
    ['of a muted conversation', frame(), { ...away, muted: true }],
    ['read already', frame(), { ...away, readSeq: 5 }],
    ['recalled', frame({ recalled: true }), away],
    ['an event', frame({ type: FrameType.groupChanged }), away],
  ])('is not what is %s', (_, one, situation) => {
    expect(wantsAttention(one, 'push', situation)).toBe(false);
  });

  it('is not what was fetched from history or sent from here', () => {
    expect(wantsAttention(frame(), 'history', away)).toBe(false);
    expect(wantsAttention(frame(), 'sent', away)).toBe(false);
  });

  it('is a request', () => {
    expect(wantsAttention(frame({ type: FrameType.friendRequest, conversation: 's:' }), 'push', away)).toBe(true);
  });
});

it('lets the tab decide first where it is open, then those one sees, then the others', () => {
  const open = claimDelay({ hidden: false, open: 'u:bob' }, 'u:bob');
  const visible = claimDelay({ hidden: false, open: 'u:carol' }, 'u:bob');
  expect(open).toBeLessThan(visible);
  expect(visible).toBeLessThan(claimDelay({ hidden: true, open: 'u:bob' }, 'u:bob'));
});

it('sounds once in a second, and goes on when the clock was set back', () => {
  expect(mayChime(1000, 1999)).toBe(false);
  expect(mayChime(1000, 2000)).toBe(true);
  expect(mayChime(50_000, 2000)).toBe(true);
});

it('cuts a preview at whole characters', () => {
  expect(preview('a\n b')).toBe('a b');
  expect(preview('😀'.repeat(200))).toBe(`${'😀'.repeat(160)}…`);
});
