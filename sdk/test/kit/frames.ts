import type { Frame } from '../../src/index.js';

/** A message of a conversation: its text is its seq. */
export function message(seq: number, conversation = 'u:ann', more: Partial<Frame> = {}): Frame {
  const id = `${conversation}#${seq}`;
  return { type: 101, msgSender: 'ann', msgReceiver: 'ben', msg: `${seq}`, id, conversation, seq, time: seq, ...more } as Frame;
}

export const seqs = (frames: Frame[]): number[] => frames.map((frame) => frame.seq);

export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, at) => from + at);
}
