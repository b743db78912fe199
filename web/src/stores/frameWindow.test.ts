import { FrameType, type Frame } from 'godwit-sdk';
import { describe, expect, it } from 'vitest';
import * as win from './frameWindow';
import { frame } from './testFrames';

const frames = (from: number, to: number): Frame[] => Array.from({ length: to - from + 1 }, (_, i) => frame(from + i));
const seqs = (list: Frame[]) => list.map(({ seq }) => seq);
const of = (from: number, to: number, over: Partial<win.FrameWindow> = {}): win.FrameWindow => ({
  frames: frames(from, to),
  hasOlder: false,
  hasNewer: false,
  ...over,
});

describe('mergeFrames', () => {
  it('keeps each id once, ascending by seq, whatever order they come in', () => {
    expect(seqs(win.mergeFrames([frame(3), frame(5)], [frame(4), frame(5), frame(1)]))).toEqual([1, 3, 4, 5]);
  });

  it('takes a recall over from either side, and never back', () => {
    const tombstone = frame(1, { msg: '', recalled: true });
    expect(win.mergeFrames([frame(1)], [tombstone])[0]).toMatchObject({ recalled: true, msg: '' });
    expect(win.mergeFrames([tombstone], [frame(1)])[0]).toMatchObject({ recalled: true, msg: '' });
  });

  it('keeps the clientId that history does not tell', () => {
    expect(win.mergeFrames([frame(1, { clientId: 'c1' })], [frame(1)])[0]?.clientId).toBe('c1');
  });
});

describe('withLive', () => {
  it('appends at the newest end', () => {
    expect(seqs(win.withLive(of(1, 2), [frame(3)]).frames)).toEqual([1, 2, 3]);
  });

  it('leaves to the history what lies beyond a window that is not at the newest end', () => {
    const before = of(1, 2, { hasNewer: true });
    expect(win.withLive(before, [frame(9)])).toBe(before);
  });

  it('does not put a late frame below a hole of unread history', () => {
    expect(seqs(win.withLive(of(50, 51, { hasOlder: true }), [frame(3)]).frames)).toEqual([50, 51]);
    expect(seqs(win.withLive(of(50, 52, { hasOlder: true }), [frame(51)]).frames)).toEqual([50, 51, 52]);
  });
});

describe('holeBefore', () => {
  it('tells where a push left something out', () => {
    expect(win.holeBefore(of(1, 4), [frame(7)])).toBe(5);
    expect(win.holeBefore(of(1, 4), [frame(5)])).toBe(0);
    expect(win.holeBefore(of(1, 4, { hasNewer: true }), [frame(7)])).toBe(0);
    expect(win.holeBefore(win.emptyWindow(), [frame(7)])).toBe(0);
  });
});

describe('the bound', () => {
  it('lets the far end go, and says that there is more', () => {
    const full = of(1, win.mostFrames + 1);
    expect(win.trimOldest(full)).toMatchObject({ hasOlder: true, hasNewer: false });
    expect(win.newestSeq(win.trimOldest(full))).toBe(win.mostFrames + 1);
    expect(win.trimNewest(full)).toMatchObject({ hasOlder: false, hasNewer: true });
    expect(win.oldestSeq(win.trimNewest(full))).toBe(1);
    expect(win.trimNewest(full).frames).toHaveLength(win.keptFrames);
  });

  it('takes nothing away below it', () => {
    const window = of(1, win.mostFrames);
    expect(win.trimOldest(window)).toBe(window);
    expect(win.trimNewest(window)).toBe(window);
  });
});

describe('withRecalled', () => {
  it('takes the text away and leaves the place', () => {
    expect(win.withRecalled(of(1, 3), 'id2').frames[1]).toMatchObject({ seq: 2, msg: '', recalled: true });
  });

  it('changes nothing where it is not there', () => {
    const window = of(1, 3);
    expect(win.withRecalled(window, 'other')).toBe(window);
  });
});

describe('firstUnread', () => {
  it('is the first message of somebody else behind what was read', () => {
    const list = [frame(1), frame(2, { msgSender: 'ada' }), frame(3, { type: FrameType.recalled }), frame(4), frame(5)];
    expect(win.firstUnread(list, 1, 'ada')).toBe(4);
    expect(win.firstUnread(list, 5, 'ada')).toBe(0);
    expect(win.firstUnread([frame(2, { msgSender: 'ada' })], 0, 'ada')).toBe(0);
  });
});

it('countOthers counts messages of others in a range', () => {
  const list = [
    frame(1),
    frame(2, { msgSender: 'ada' }),
    frame(3, { type: FrameType.groupChanged }),
    frame(4),
    frame(5),
  ];
  expect(win.countOthers(list, 1, 4, 'ada')).toBe(1);
  expect(win.countOthers(list, 0, 5, 'ada')).toBe(3);
});
