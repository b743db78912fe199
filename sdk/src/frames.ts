/** The kept frames of the protocol (docs/asyncapi.yaml), told apart by `type`. */
import type { Role } from './types.js';

/** The types of frames: those below 300 are kept, numbered, in the inbox and in the history. */
export const FrameType = {
  message: 101,
  groupMessage: 102,
  notice: 200,
  connected: 201,
  connectionError: 202,
  friendRequest: 203,
  joinRequest: 204,
  friendApproved: 205,
  joined: 206,
  rejected: 207,
  recalled: 208,
  groupChanged: 209,
  friendChanged: 210,
  acknowledge: 301,
  read: 302,
  typing: 303,
  presence: 304,
} as const;

interface Common {
  msgSender: string;
  msgReceiver: string;
  /** The text; empty once recalled, and of events. */
  msg: string;
  id: string;
  conversation: string;
  /** From 1, dense but for sends that failed, never reused. */
  seq: number;
  time: number;
}

/** What only some types have: the others say so, so that each can be asked for before the type is known. */
interface Special {
  clientId?: unknown;
  replyTo?: unknown;
  recalled?: unknown;
  title?: unknown;
  request?: unknown;
  group?: unknown;
  change?: unknown;
  target?: unknown;
  role?: unknown;
  mutedUntil?: unknown;
  name?: unknown;
}
type Of<Type extends number, Has> = Common & { type: Type } & Has & { [K in Exclude<keyof Special, keyof Has>]?: never };

interface Written {
  clientId?: string;
  replyTo?: string;
  recalled?: boolean;
}
export type DirectMessageFrame = Of<101, Written>;
export type GroupMessageFrame = Of<102, Written>;
export type NoticeFrame = Of<200, { title?: string }>;
export type FriendRequestFrame = Of<203, { request: string }>;
export type JoinRequestFrame = Of<204, { request: string; group: string }>;
export type FriendApprovedFrame = Of<205, { request: string }>;
export type JoinedFrame = Of<206, { request?: string; group: string }>;
/** `msgSender` is the request's id. */
export type RejectedFrame = Of<207, { group?: string }>;
export type RecalledFrame = Of<208, { target: { id: string; seq: number } }>;
export type GroupChange209 =
  'created' | 'renamed' | 'notice' | 'avatar' | 'policy' | 'role' | 'muted' | 'left' | 'removed' | 'dissolved';
export interface GroupChangedFields {
  group: string;
  change: GroupChange209;
  /** Of `role`, `muted`, `left`, `removed`: the key of the member concerned. */
  target?: string;
  role?: Role;
  /** Of `muted`; null where the mute was lifted. */
  mutedUntil?: number | null;
  /** Of `renamed`. */
  name?: string;
}
export type GroupChangedFrame = Of<209, GroupChangedFields>;
export type FriendChangedFrame = Of<210, { change: 'removed' | 'profile' }>;

/**
 * A kept frame: a message, a notice or an event, the same by push, inbox, history and search. A later server may send
 * types that are not here: pass over them.
 */
export type Frame =
  | DirectMessageFrame
  | GroupMessageFrame
  | NoticeFrame
  | FriendRequestFrame
  | JoinRequestFrame
  | FriendApprovedFrame
  | JoinedFrame
  | RejectedFrame
  | RecalledFrame
  | GroupChangedFrame
  | FriendChangedFrame;

/** A message as it is once it was recalled: its text is gone, its place stays. */
export function recalled(frame: Frame): Frame {
  return { ...frame, msg: '', recalled: true } as Frame;
}
