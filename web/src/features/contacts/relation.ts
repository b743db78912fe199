import type { FriendRequest } from 'godwit-sdk';

/** How somebody stands to me. A pending request from both sides does not exist: the second makes friends. */
export type Relation =
  | { kind: 'self' | 'friend' | 'stranger' }
  | { kind: 'asked' | 'asks'; request: FriendRequest };

export interface Known {
  me: string;
  friends: ReadonlyMap<string, unknown>;
  requestsIn: readonly FriendRequest[];
  requestsOut: readonly FriendRequest[];
}

export function relationTo(key: string, { me, friends, requestsIn, requestsOut }: Known): Relation {
  if (key === me) return { kind: 'self' };
  if (friends.has(key)) return { kind: 'friend' };
  const asks = requestsIn.find(({ sender, state }) => sender.key === key && state === 'pending');
  if (asks) return { kind: 'asks', request: asks };
  const asked = requestsOut.find(({ receiver, state }) => receiver.key === key && state === 'pending');
  return asked ? { kind: 'asked', request: asked } : { kind: 'stranger' };
}
