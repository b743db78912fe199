/**
 * The shapes of the protocol, taken from what docs/openapi.yaml makes of itself (openapi.ts). Times are Unix
 * milliseconds; ids and cursors are opaque.
 */

import type { Frame } from './frames.js';
import type { components } from './openapi.js';

export * from './frames.js';

type Schemas = components['schemas'];
/** `T` with these fields instead of its own. */
type With<T, Fields> = Omit<T, keyof Fields> & Fields;

/** A request's body: null counts as left out, so it is not asked of anybody to write one. */
type Body<T> = { [K in keyof T]: Exclude<T[K], null> };

/** An account as others see it in lists and requests. `name` is never empty. */
export type Person = Schemas['UserCard'];
/** What only the caller's own profile has (`admin`: only where the account is an administrator's) is left out of others'. */
export type User = Schemas['User'] & Partial<Omit<Schemas['OwnUser'], keyof Schemas['User']>>;
export type Device = Schemas['Device'];
export type Session = Schemas['Session'];
/** The answer of logging in. `socket` is a path or a ws URL. */
export type Login = With<Schemas['LoginAnswer'], { user: User }>;
/** A node's address, and the ticket that opens one socket there. */
export type SocketOffer = Schemas['SocketOffer'];
export type Friend = Schemas['Friend'];
export type Block = Schemas['Block'];
export type RequestState = Schemas['RequestState'];
export type FriendRequest = Schemas['FriendRequest'];
export type JoinPolicy = Schemas['JoinPolicy'];
export type Role = Schemas['Role'];
export type GroupRef = Schemas['GroupCard'];
/** `owner` is a key; `role` is mine, or null where I am not in it. */
export type Group = Schemas['Group'];
/** `mutedUntil` is null where the member may write. */
export type Member = Schemas['Member'];
export type GroupRequest = Schemas['GroupRequest'];

/**
 * `conversation` is `u:<key>`, `g:<group>` or `s:` (the caller's own notices). `kind` is always there in what the server
 * answers; `peerReadSeq` (with a `peer`) is how far they have read, where they are a friend and neither blocks the other.
 */
export type Conversation = Omit<Schemas['ConversationOfNotices'], 'kind' | 'conversation' | 'last'> &
  Partial<Pick<Schemas['ConversationWithPerson'], 'peer' | 'peerReadSeq'>> &
  Partial<Pick<Schemas['ConversationOfGroup'], 'group'>> & {
    kind?: Schemas['Conversation']['kind'];
    conversation: string;
    last: Frame | null;
  };

/** A found message; ranges in Unicode code points of `msg`, the end exclusive. */
export type Hit = With<Schemas['SearchHit'], { message: Frame; highlight: [number, number][] }>;

/** `next` is the cursor of the next page, null on the last. */
export type Page<T> = With<Schemas['UserPage'], { items: T[] }>;

/** application/problem+json (RFC 9457), as every refused call answers. A later server may have other codes. */
export type Problem = With<Schemas['Problem'], { code: string }> & Partial<Pick<Schemas['FieldsProblem'], 'fields'>>;

/** The inbox; `complete: false` where history has to fill what the inbox no longer has. */
export type InboxPage = With<Schemas['InboxPage'], { items: Frame[] }>;

/** `invite` is needed where `registration` is `invite`. */
export type Registration = Body<Schemas['Registration']>;
/** Who may register: everybody, whoever has an invite, nobody. */
export type RegistrationMode = Schemas['RegistrationMode']['registration'];
export type Credentials = Body<Omit<Schemas['Login'], 'device'>> & {
  device?: Body<NonNullable<Schemas['Login']['device']>>;
};
export type ProfileChange = Body<Schemas['ProfileChange']>;
export type GroupChange = Body<Schemas['GroupChange']>;
/** `mutedUntil: null` lifts the mute. */
export type MemberChange = Body<Pick<Schemas['MemberChange'], 'role'>> & Pick<Schemas['MemberChange'], 'mutedUntil'>;
export type Send = Body<Schemas['Send']>;
export type SendAnswer = Schemas['SendAnswer'];
export type ReadPosition = Schemas['ReadPosition'];

export interface PageQuery {
  limit?: number;
  cursor?: string;
}

export interface InboxQuery extends PageQuery {
  /** Of the page that was pulled last. */
  epoch?: string;
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
