import { FrameType, type Frame } from 'godwit-sdk';

/** For tests: what bob wrote to ada as number `seq` of their conversation. */
export const frame = (seq: number, over: Partial<Frame> = {}): Frame => ({
  type: FrameType.message,
  msgSender: 'bob',
  msgReceiver: 'ada',
  msg: `m${seq}`,
  id: `id${seq}`,
  conversation: 'u:bob',
  seq,
  time: seq,
  ...over,
}) as Frame;
