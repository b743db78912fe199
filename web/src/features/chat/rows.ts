import { FrameType, type Frame, type Outgoing } from 'godwit-sdk';
import { isMessage } from '@/stores/frames';

/** Messages of one sender stand together as long as no more time than this lies between two. */
export const groupGapMs = 5 * 60_000;
/**
 * A recall further away than this from what was recalled gets a line of its own; nearer, the mark in its place
 * tells.
 */
export const recallDistance = 20;

/** One row of the list: a frame or something on its way, with what is drawn above it. */
export interface ChatRow {
  key: string;
  frame: Frame | null;
  outgoing: Outgoing | null;
  time: number;
  seq: number;
  sender: string;
  own: boolean;
  /** Begins a day: its separator is drawn above. */
  newDay: boolean;
  /** The "new messages" line is drawn above. */
  firstUnread: boolean;
  starts: boolean;
  ends: boolean;
}

export interface RowInput {
  frames: Frame[];
  outgoing: Outgoing[];
  me: string;
  unreadFrom: number;
}

/** Recalls near what they recall, and changes of profiles, say nothing that is not seen anyway. */
export function isShown(frame: Frame): boolean {
  if (frame.type !== FrameType.recalled) return frame.type >= 101;
  return typeof frame.target === 'object' && frame.seq - frame.target.seq > recallDistance;
}

const isBubble = (row: ChatRow): boolean =>
  row.outgoing !== null || (row.frame !== null && isMessage(row.frame) && !row.frame.recalled);

function frameRow(frame: Frame, me: string, unreadFrom: number): ChatRow {
  const own = frame.msgSender === me && isMessage(frame);
  return {
    key: own && frame.clientId ? `c:${frame.clientId}` : frame.id,
    frame,
    outgoing: null,
    time: frame.time,
    seq: frame.seq,
    sender: frame.msgSender,
    own,
    newDay: false,
    firstUnread: unreadFrom > 0 && frame.seq === unreadFrom,
    starts: true,
    ends: true,
  };
}

function outgoingRow(item: Outgoing, me: string): ChatRow {
  return {
    key: `c:${item.clientId}`,
    frame: null,
    outgoing: item,
    time: item.sentAt,
    seq: Infinity,
    sender: me,
    own: true,
    newDay: false,
    firstUnread: false,
    starts: true,
    ends: true,
  };
}

export const sameDay = (a: number, b: number): boolean => new Date(a).toDateString() === new Date(b).toDateString();

function belongsTo(before: ChatRow, row: ChatRow): boolean {
  const together = isBubble(before) && isBubble(row) && before.sender === row.sender;
  return together && !row.newDay && !row.firstUnread && row.time - before.time <= groupGapMs;
}

/** Frames ascending by seq, then what is on its way; days, groups and the line of new messages marked. */
export function buildRows({ frames, outgoing, me, unreadFrom }: RowInput): ChatRow[] {
  const rows = [
    ...frames.filter(isShown).map((frame) => frameRow(frame, me, unreadFrom)),
    ...outgoing.map((item) => outgoingRow(item, me)),
  ];
  rows.forEach((row, index) => {
    const before = rows[index - 1];
    row.newDay = !before || !sameDay(before.time, row.time);
    if (!before || !belongsTo(before, row)) return;
    row.starts = false;
    before.ends = false;
  });
  return rows;
}

/** Whether rows came or went at the beginning alone: the list then keeps its place from the end. */
export function shifted(before: ChatRow[], now: ChatRow[]): boolean {
  if (before.length === 0 || now.length === 0 || before.length === now.length) return false;
  return before[0]?.key !== now[0]?.key && before[before.length - 1]?.key === now[now.length - 1]?.key;
}

/** Index of the row of `seq`, or of the nearest one behind it; the last where there is none. */
export function rowOf(rows: ChatRow[], seq: number): number {
  const index = rows.findIndex((row) => row.seq >= seq);
  return index < 0 ? rows.length - 1 : index;
}
