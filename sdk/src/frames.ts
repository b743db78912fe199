/** The kept frames of the protocol (docs/asyncapi.yaml), told apart by `type`. */
import type { components } from './openapi.js';

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
  missed: 305,
} as const;

type Schemas = components['schemas'];
/** What only some types have: the others say so, so that each can be asked for before the type is known. */
type Special =
  'clientId' | 'replyTo' | 'recalled' | 'title' | 'request' | 'group' | 'change' | 'target' | 'role' | 'mutedUntil' | 'name';
/** `seq` counts from 1, dense but for sends that failed, never reused. `msg` is empty once recalled, and of events. */
type Of<Schema> = Omit<Schema, 'msg' | 'conversation'> & { msg: string; conversation: string } & {
  [K in Exclude<Special, keyof Schema>]?: never;
};

export type DirectMessageFrame = Of<Schemas['DirectMessageFrame']>;
export type GroupMessageFrame = Of<Schemas['GroupMessageFrame']>;
export type NoticeFrame = Of<Schemas['NoticeFrame']>;
export type FriendRequestFrame = Of<Schemas['FriendRequestFrame']>;
export type JoinRequestFrame = Of<Schemas['JoinRequestFrame']>;
export type FriendApprovedFrame = Of<Schemas['FriendApprovedFrame']>;
export type JoinedFrame = Of<Schemas['JoinApprovedFrame']>;
/** `msgSender` is the request's id. */
export type RejectedFrame = Of<Schemas['RequestRejectedFrame']>;
export type RecalledFrame = Of<Schemas['RecalledFrame']>;
export type GroupChangedFrame = Of<Schemas['GroupChangedFrame']>;
export type GroupChange209 = GroupChangedFrame['change'];
/**
 * `target`, of `role`, `muted`, `left`, `removed`: the key of the member concerned; `mutedUntil`, of `muted`, is null where
 * the mute was lifted; `name` is of `renamed`.
 */
export type GroupChangedFields = Pick<GroupChangedFrame, 'group' | 'change' | 'target' | 'role' | 'mutedUntil' | 'name'>;
export type FriendChangedFrame = Of<Schemas['FriendChangedFrame']>;

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
