import { FrameType, type Frame, type Outgoing } from 'godwit-sdk';
import { describe, expect, it } from 'vitest';
import { buildRows, groupGapMs, recallDistance, rowOf, shifted } from './rows';
import { seenSeq } from './useSeen';

const noon = new Date(2026, 4, 5, 12).getTime();
const frame = (seq: number, over: Partial<Frame> = {}): Frame => ({
  type: FrameType.message,
  msgSender: 'bob',
  msgReceiver: 'ada',
  msg: 'm',
  id: `id${seq}`,
  conversation: 'u:bob',
  seq,
  time: noon + seq,
  ...over,
}) as Frame;
const outgoing = (clientId: string): Outgoing => ({
  clientId,
  conversation: 'u:bob',
  type: 101,
  receiver: 'bob',
  msg: 'o',
  sentAt: noon + 1000,
  state: 'sending',
  attempts: 1,
});
const build = (frames: Frame[], out: Outgoing[] = [], unreadFrom = 0) =>
  buildRows({ frames, outgoing: out, me: 'ada', unreadFrom });

describe('buildRows', () => {
  it('groups messages of one sender within five minutes', () => {
    const rows = build([
      frame(1),
      frame(2),
      frame(3, { time: noon + 2 + groupGapMs + 1 }),
      frame(4, { msgSender: 'ada', time: noon + groupGapMs + 9 }),
    ]);
    expect(rows.map(({ starts, ends }) => [starts, ends])).toEqual([
      [true, false],
      [false, true],
      [true, true],
      [true, true],
    ]);
  });

  it('begins a group anew behind an event, a recalled message, a day and the line of new messages', () => {
    const starts = (frames: Frame[], unread = 0) => build(frames, [], unread).map((row) => row.starts);
    expect(starts([frame(1), frame(2, { type: FrameType.groupChanged }), frame(3)])).toEqual([true, true, true]);
    expect(starts([frame(1), frame(2, { recalled: true }), frame(3)])).toEqual([true, true, true]);
    expect(starts([frame(1), frame(2)], 2)).toEqual([true, true]);
    const midnight = new Date(2026, 4, 6).getTime();
    expect(starts([frame(1, { time: midnight - 1 }), frame(2, { time: midnight })])).toEqual([true, true]);
  });

  it('marks the first row of each day and the first unread one', () => {
    const rows = build([frame(1), frame(2, { time: noon + 86_400_000 }), frame(3, { time: noon + 86_400_001 })], [], 3);
    expect(rows.map((row) => row.newDay)).toEqual([true, true, false]);
    expect(rows.map((row) => row.firstUnread)).toEqual([false, false, true]);
  });

  it('gives what is on its way and what it becomes the same key', () => {
    const before = build([frame(1)], [outgoing('c1')]);
    const after = build([frame(1), frame(2, { msgSender: 'ada', clientId: 'c1' })]);
    expect(before[1]?.key).toBe(after[1]?.key);
  });

  it("does not let somebody else's clientId collide with one's own", () => {
    const keys = build([frame(1, { clientId: 'c1' })], [outgoing('c1')]).map((row) => row.key);
    expect(new Set(keys).size).toBe(2);
  });

  it('shows a recall only far away from what was recalled', () => {
    const recall = (seq: number) => frame(seq, { type: FrameType.recalled, target: { id: 'id1', seq: 1 } });
    expect(build([recall(1 + recallDistance)])).toHaveLength(0);
    expect(build([recall(2 + recallDistance)])).toHaveLength(1);
  });
});

describe('shifted', () => {
  const rows = (...seqs: number[]) => build(seqs.map((seq) => frame(seq)));
  it('is true where rows came or went at the beginning alone', () => {
    expect(shifted(rows(3, 4), rows(1, 2, 3, 4))).toBe(true);
    expect(shifted(rows(1, 2, 3, 4), rows(3, 4))).toBe(true);
  });
  it('is false at the end, in the middle, and for another piece', () => {
    expect(shifted(rows(1, 2), rows(1, 2, 3))).toBe(false);
    expect(shifted(rows(1, 2, 3), rows(1, 2))).toBe(false);
    expect(shifted(rows(1, 3), rows(1, 2, 3))).toBe(false);
    expect(shifted(rows(1, 2), rows(8, 9, 10))).toBe(false);
    expect(shifted([], rows(1))).toBe(false);
  });
});

describe('seenSeq', () => {
  const rows = build([frame(1), frame(2), frame(3)], [outgoing('c1')]);
  it('is that of the last row in view', () => expect(seenSeq(rows, 1, 9)).toBe(2));
  it('includes hidden frames behind the last row', () => expect(seenSeq(rows, 2, 9)).toBe(9));
  it('passes over what is on its way', () => expect(seenSeq(rows, 3, 0)).toBe(3));
  it('is nothing where nothing is in view', () => expect(seenSeq(rows, -1, 9)).toBe(0));
});

it('rowOf finds the row of a seq, or the next one', () => {
  const rows = build([frame(1), frame(5), frame(9)]);
  expect([rowOf(rows, 5), rowOf(rows, 6), rowOf(rows, 99)]).toEqual([1, 2, 2]);
});
