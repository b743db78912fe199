/**
 * The shapes of the protocol (docs/openapi.yaml, docs/asyncapi.yaml). Times are Unix milliseconds; ids and cursors are
 * opaque.
 */

import type { Frame } from './frames.js';

export * from './frames.js';

/** An account as others see it in lists and requests. `name` is never empty. */
export interface Person {
  key: string;
  name: string;
  avatar: string;
}

export interface User extends Person {
  bio: string;
  createdAt: number;
  /** Only of the caller, and only where the account is an administrator's. */
  admin?: boolean;
}

export interface Device {
  id: string;
  name: string;
}

export interface Session {
  id: string;
  device: Device;
  createdAt: number;
  lastSeenAt: number;
  current: boolean;
}

/** The answer of logging in. `socket` is a path or a ws URL. */
export interface Login {
  token: string;
  expiresAt: number;
  user: User;
  session: Session;
  node: string;
  socket: string;
}

export interface Friend {
  user: Person;
  alias: string;
  since: number;
  online: boolean;
}

export interface Block {
  user: Person;
  since: number;
}

export type RequestState = 'pending' | 'approved' | 'rejected';

export interface FriendRequest {
  id: string;
  sender: Person;
  receiver: Person;
  note: string;
  state: RequestState;
  createdAt: number;
}

export type JoinPolicy = 'approval' | 'open' | 'closed';
export type Role = 'owner' | 'admin' | 'member';

export interface GroupRef {
  key: string;
  name: string;
  avatar: string;
}

export interface Group extends GroupRef {
  notice: string;
  joinPolicy: JoinPolicy;
  /** Key of the owner. */
  owner: string;
  memberCount: number;
  /** Mine, or null where I am not in it. */
  role: Role | null;
}

export interface Member {
  user: Person;
  role: Role;
  /** null where the member may write. */
  mutedUntil: number | null;
  joinedAt: number;
}

export interface GroupRequest {
  id: string;
  sender: Person;
  group: GroupRef;
  note: string;
  state: RequestState;
  createdAt: number;
}

/** `conversation` is `u:<key>`, `g:<group>` or `s:` (the caller's own notices). */
export interface Conversation {
  /** Always there in what the server answers. */
  kind?: 'person' | 'group' | 'notices';
  conversation: string;
  peer?: Person;
  group?: GroupRef;
  last: Frame | null;
  headSeq: number;
  readSeq: number;
  unread: number;
  /** With a `peer`: how far they have read, where they are a friend and neither blocks the other; else 0. */
  peerReadSeq?: number;
}

/** A found message; ranges in Unicode code points of `msg`, the end exclusive. */
export interface Hit {
  message: Frame;
  highlight: [number, number][];
}

export interface Page<T> {
  items: T[];
  /** Cursor of the next page, null on the last. */
  next: string | null;
}

/** application/problem+json (RFC 9457), as every refused call answers. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  retryable: boolean;
  traceId: string;
  fields?: Record<string, string>;
}

/** The inbox; `complete: false` where history has to fill what the inbox no longer has. */
export interface InboxPage extends Page<Frame> {
  complete: boolean;
}

export interface Registration {
  key: string;
  password: string;
  name?: string;
  /** Needed where `registration` is `invite`. */
  invite?: string;
}

/** Who may register: everybody, whoever has an invite, nobody. */
export type RegistrationMode = 'open' | 'invite' | 'closed';

export interface Credentials {
  key: string;
  password: string;
  device?: { id?: string; name?: string };
}

export type ProfileChange = Partial<Pick<User, 'name' | 'bio' | 'avatar'>>;
export type GroupChange = Partial<Pick<Group, 'name' | 'notice' | 'avatar' | 'joinPolicy'>>;

export interface MemberChange {
  role?: Role;
  /** null lifts the mute. */
  mutedUntil?: number | null;
}

export interface Send {
  type: 101 | 102;
  msgReceiver: string;
  msg: string;
  clientId?: string;
  sentAt?: number;
  replyTo?: string;
}

export interface SendAnswer {
  id: string;
  conversation: string;
  seq: number;
  time: number;
}

export interface ReadPosition {
  conversation: string;
  readSeq: number;
}

export interface PageQuery {
  limit?: number;
  cursor?: string;
}

export interface HistoryQuery extends PageQuery {
  before?: number;
  after?: number;
}

export interface SearchQuery extends PageQuery {
  q: string;
  conversation?: string;
  sender?: string;
  from?: number;
  to?: number;
}

export type Box = 'in' | 'out';
