import { recalled, type Frame } from 'godwit-sdk';
import { isMessage } from './frames';

/**
 * Frames that a window keeps at most; beyond it the far end is let go, in one piece so that it does not happen at
 * every frame.
 */
export const mostFrames = 2000;
export const keptFrames = 1600;

/** A piece of a conversation without holes, ascending by seq. */
export interface FrameWindow {
  frames: Frame[];
  hasOlder: boolean;
  hasNewer: boolean;
}

export const emptyWindow = (): FrameWindow => ({ frames: [], hasOlder: false, hasNewer: false });

export const oldestSeq = (window: FrameWindow): number => window.frames[0]?.seq ?? 0;
export const newestSeq = (window: FrameWindow): number => window.frames[window.frames.length - 1]?.seq ?? 0;

/** The same frame from two sources: what was recalled stays so, and what only one of them knows is kept. */
function joined(known: Frame, other: Frame): Frame {
  const clientId = known.clientId ?? other.clientId;
  const newer = known.recalled ? known : other;
  return clientId ? ({ ...newer, clientId } as Frame) : newer;
}

/** Ascending by seq, each id once. */
export function mergeFrames(known: Frame[], incoming: Frame[]): Frame[] {
  const byId = new Map(known.map((frame) => [frame.id, frame]));
  for (const frame of incoming) {
    const before = byId.get(frame.id);
    byId.set(frame.id, before ? joined(before, frame) : frame);
  }
  return [...byId.values()].sort((a, b) => a.seq - b.seq);
}

/** With a page of history that ends where the window begins. */
export function withOlder(window: FrameWindow, frames: Frame[], more: boolean): FrameWindow {
  return { ...window, frames: mergeFrames(window.frames, frames), hasOlder: more };
}

/** With a page of history that begins where the window ends. */
export function withNewer(window: FrameWindow, frames: Frame[], more: boolean): FrameWindow {
  return { ...window, frames: mergeFrames(window.frames, frames), hasNewer: more };
}

/** What came by push. Above a window that is not at the newest end, and below any, it is left to the history. */
export function withLive(window: FrameWindow, frames: Frame[]): FrameWindow {
  const from = window.hasOlder ? oldestSeq(window) : 0;
  const to = window.hasNewer ? newestSeq(window) : Infinity;
  const fitting = frames.filter((frame) => frame.seq >= from && frame.seq <= to);
  return fitting.length > 0 ? { ...window, frames: mergeFrames(window.frames, fitting) } : window;
}

/**
 * The first seq of a hole right below what came by push, or 0; only the history knows whether something belongs
 * there.
 */
export function holeBefore(window: FrameWindow, frames: Frame[]): number {
  const newest = newestSeq(window);
  const next = frames.find((frame) => frame.seq > newest);
  return !window.hasNewer && newest > 0 && next && next.seq > newest + 1 ? newest + 1 : 0;
}

export function trimNewest(window: FrameWindow): FrameWindow {
  if (window.frames.length <= mostFrames) return window;
  return { ...window, frames: window.frames.slice(0, keptFrames), hasNewer: true };
}

export function trimOldest(window: FrameWindow): FrameWindow {
  if (window.frames.length <= mostFrames) return window;
  return { ...window, frames: window.frames.slice(-keptFrames), hasOlder: true };
}

/** The text leaves, its place stays. */
export function withRecalled(window: FrameWindow, id: string): FrameWindow {
  if (!window.frames.some((frame) => frame.id === id && !frame.recalled)) return window;
  return {
    ...window,
    frames: window.frames.map((frame) => (frame.id === id ? recalled(frame) : frame)),
  };
}

/** Seq of the first message of somebody else behind what was read; 0 where there is none. */
export function firstUnread(frames: Frame[], readSeq: number, me: string): number {
  return frames.find((frame) => frame.seq > readSeq && isMessage(frame) && frame.msgSender !== me)?.seq ?? 0;
}

/** Messages of others with `from` < seq ≤ `to`. */
export function countOthers(frames: Frame[], from: number, to: number, me: string): number {
  return frames.filter((frame) => frame.seq > from && frame.seq <= to && isMessage(frame) && frame.msgSender !== me)
    .length;
}
