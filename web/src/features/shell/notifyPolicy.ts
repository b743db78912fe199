import { type Frame, type FrameSource, FrameType } from 'godwit-sdk';

export interface Situation {
  me: string;
  /** Whether this page is hidden. */
  hidden: boolean;
  /** The conversation that is open here. */
  open: string | undefined;
  muted: boolean;
  /** Up to where its conversation was read. */
  readSeq: number;
}

const tells: ReadonlySet<number> = new Set([
  FrameType.message,
  FrameType.groupMessage,
  FrameType.notice,
  FrameType.friendRequest,
  FrameType.joinRequest,
  FrameType.friendApproved,
]);

/**
 * Whether somebody should be made to look. What is before their eyes needs no bell, nor does what they chose to be
 * quiet.
 */
export function wantsAttention(frame: Frame, source: FrameSource, situation: Situation): boolean {
  if (source === 'history' || source === 'sent') return false;
  if (!tells.has(frame.type) || frame.recalled || frame.msgSender === situation.me) return false;
  if (situation.muted || frame.seq <= situation.readSeq) return false;
  if (situation.hidden) return true;
  // Who comes back finds the list before them; it needs no bell for each line.
  return source === 'push' && frame.conversation !== situation.open;
}

/** Of several tabs the one that is looked at decides first, one that is hidden last. */
export function claimDelay(situation: Pick<Situation, 'hidden' | 'open'>, conversation: string): number {
  if (situation.hidden) return 250;
  return situation.open === conversation ? 0 : 100;
}

export const chimeEveryMs = 1000;

/** At most one sound in a second. */
export const mayChime = (last: number, now: number): boolean => now - last >= chimeEveryMs || now < last;

const previewMost = 160;

export function preview(text: string): string {
  const letters = [...text.replace(/\s+/g, ' ').trim()];
  return letters.length > previewMost ? `${letters.slice(0, previewMost).join('')}…` : letters.join('');
}
