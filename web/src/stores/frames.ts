import { FrameType, type Frame } from 'godwit-sdk';

/** What people write, as told from what the server says about them. */
export const isMessage = (frame: Frame): boolean =>
  frame.type === FrameType.message || frame.type === FrameType.groupMessage;
