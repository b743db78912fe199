import type { Box, Frame, Friend, FriendRequest, GroupRequest, Person } from 'godwit-sdk';
import { all, FrameType } from 'godwit-sdk';
import { defineStore } from 'pinia';
import { computed, reactive, ref } from 'vue';
import { useRequestBox } from './requestBox';
import { useSession } from './session';

const knownBound = 2000;
/** Lists that were read so lately are shown as they are. */
const freshMs = 30_000;

export type Presence = 'online' | 'offline' | 'unknown';

/** Which lists an event makes out of date; of `profile` the person alone. */
export interface Outdated {
  friends: boolean;
  requests: boolean;
  profile: string;
}

/** Friends, requests and blocks, and the names of everybody this page has met. */
export const usePeople = defineStore('people', () => {
  const session = useSession();
  const friends = reactive(new Map<string, Friend>());
  const known = reactive(new Map<string, Person>());
  const asked = new Set<string>();
  const blocked = reactive(new Map<string, Person>());
  const friendsIn = useRequestBox<FriendRequest>((page) => session.api.friendRequests('in', page));
  const friendsOut = useRequestBox<FriendRequest>((page) => session.api.friendRequests('out', page));
  const joinsIn = useRequestBox<GroupRequest>((page) => session.api.groupRequests('in', page));
  const joinsOut = useRequestBox<GroupRequest>((page) => session.api.groupRequests('out', page));
  const requestsIn = friendsIn.items;
  const requestsOut = friendsOut.items;
  const joinRequestsIn = joinsIn.items;
  const joinRequestsOut = joinsOut.items;
  /** Whether older requests can be had, by box. */
  const olderRequests = computed(() => ({
    in: friendsIn.next.value !== null || joinsIn.next.value !== null,
    out: friendsOut.next.value !== null || joinsOut.next.value !== null,
  }));
  const loaded = ref(false);
  let readAt = 0;
  const pendingCount = computed(
    () => [...requestsIn.value, ...joinRequestsIn.value].filter((request) => request.state === 'pending').length,
  );

  function learn(person: Person): void {
    if (!known.has(person.key) && known.size >= knownBound) known.delete(known.keys().next().value as string);
    known.set(person.key, { key: person.key, name: person.name, avatar: person.avatar });
  }

  /** Profile of `key` as far as it is known; what is not is fetched once and then appears. */
  function person(key: string): Person {
    if (key === session.me && session.user) return session.user;
    const found = friends.get(key)?.user ?? known.get(key);
    // The lists of those one knows are on their way at first, and have most of the names.
    if (!found && loaded.value && !asked.has(key) && key && session.client) {
      asked.add(key);
      session.api.user(key).then(learn, () => asked.delete(key));
    }
    return found ?? { key, name: key, avatar: '' };
  }

  /** What to call them: my alias, their name, their key. */
  function displayName(key: string): string {
    return friends.get(key)?.alias || person(key).name;
  }

  async function loadFriends(): Promise<void> {
    const list = await all((page) => session.api.friends(page));
    friends.clear();
    for (const friend of list) friends.set(friend.user.key, friend);
  }

  function learnRequests(): void {
    for (const request of [...requestsIn.value, ...joinRequestsIn.value]) learn(request.sender);
    for (const request of requestsOut.value) learn(request.receiver);
  }

  async function loadRequests(): Promise<void> {
    await Promise.all([friendsIn, friendsOut, joinsIn, joinsOut].map((box) => box.load()));
    learnRequests();
  }

  async function loadOlderRequests(box: Box): Promise<void> {
    await Promise.all((box === 'in' ? [friendsIn, joinsIn] : [friendsOut, joinsOut]).map((list) => list.more()));
    learnRequests();
  }

  async function loadBlocks(): Promise<void> {
    const list = await all((page) => session.api.blocks(page));
    blocked.clear();
    for (const { user } of list) blocked.set(user.key, user);
  }

  async function load(): Promise<void> {
    await Promise.all([loadFriends(), loadRequests(), loadBlocks()]);
    loaded.value = true;
    readAt = Date.now();
  }

  async function refreshPerson(key: string): Promise<void> {
    const fresh = await session.api.user(key);
    learn(fresh);
    const friend = friends.get(key);
    if (friend) friends.set(key, { ...friend, user: { key, name: fresh.name, avatar: fresh.avatar } });
  }

  /** Whether a friend is there, as far as it can be known: without a connection nobody tells. */
  function presence(friend: Friend): Presence {
    if (['waiting', 'offline', 'ended'].includes(session.connection.status)) return 'unknown';
    return friend.online ? 'online' : 'offline';
  }

  function setPresence(key: string, online: boolean): void {
    const friend = friends.get(key);
    if (friend) friends.set(key, { ...friend, online });
  }

  /** Whether a request to join is still shown as open that another admin has answered by now. */
  function joinAwaited(applicant: string): boolean {
    return [...joinRequestsIn.value, ...joinRequestsOut.value].some(
      ({ sender, state }) => sender.key === applicant && state === 'pending',
    );
  }

  /** What an event makes out of date here. */
  function outdated(frame: Frame): Partial<Outdated> {
    const { friendRequest, joinRequest, friendApproved, rejected, friendChanged, joined } = FrameType;
    if (frame.type === friendChanged && frame.change === 'profile') return { profile: frame.msgSender };
    if (frame.type === friendApproved || frame.type === friendChanged) return { friends: true, requests: true };
    if ([friendRequest, joinRequest, rejected].includes(frame.type as never)) return { requests: true };
    return frame.type === joined && joinAwaited(frame.msgSender) ? { requests: true } : {};
  }

  /** What other devices of one's own do is told by no event: whoever opens these lists sees them as they are. */
  async function freshen(): Promise<void> {
    if (loaded.value && Date.now() - readAt > freshMs) await load();
  }

  function clear(): void {
    friends.clear();
    known.clear();
    asked.clear();
    blocked.clear();
    for (const box of [friendsIn, friendsOut, joinsIn, joinsOut]) box.clear();
    loaded.value = false;
  }

  return {
    friends, blocked, requestsIn, requestsOut, joinRequestsIn, joinRequestsOut, olderRequests, loaded, pendingCount,
    learn, person, displayName, load, loadFriends, loadRequests, loadOlderRequests, loadBlocks, refreshPerson, freshen, presence, setPresence, outdated, clear,
  };
});
