import type { FriendRequest, GroupRequest, RequestState } from 'godwit-sdk';

/** A request to be friends, or to join a group (`group`), as the screens show it. */
export interface RequestItem {
  id: string;
  kind: 'friend' | 'join';
  note: string;
  state: RequestState;
  createdAt: number;
  /** Who applies, of requests that came in; whom I applied to, of mine; of my own to a group there is only the group. */
  person: FriendRequest['sender'] | null;
  group: GroupRequest['group'] | null;
}

const friendItem = (request: FriendRequest, person: FriendRequest['sender']): RequestItem => {
  const { id, note, state, createdAt } = request;
  return { id, kind: 'friend', note, state, createdAt, person, group: null };
};

const joinItem = (request: GroupRequest, person: RequestItem['person']): RequestItem => {
  const { id, note, state, createdAt, group } = request;
  return { id, kind: 'join', note, state, createdAt, person, group };
};

export function itemsIn(friends: readonly FriendRequest[], joins: readonly GroupRequest[]): RequestItem[] {
  return [...friends.map((one) => friendItem(one, one.sender)), ...joins.map((one) => joinItem(one, one.sender))];
}

export function itemsOut(friends: readonly FriendRequest[], joins: readonly GroupRequest[]): RequestItem[] {
  return [...friends.map((one) => friendItem(one, one.receiver)), ...joins.map((one) => joinItem(one, null))];
}

/** What waits for an answer, and what had one; both newest first. */
export function split(items: readonly RequestItem[]): { pending: RequestItem[]; answered: RequestItem[] } {
  const sorted = [...items].sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
  return {
    pending: sorted.filter(({ state }) => state === 'pending'),
    answered: sorted.filter(({ state }) => state !== 'pending'),
  };
}
