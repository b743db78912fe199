import type { Frame, Group, Member } from 'godwit-sdk';
import { all, FrameType } from 'godwit-sdk';
import { defineStore } from 'pinia';
import { reactive, ref } from 'vue';
import { usePeople } from './people';
import { useSession } from './session';

const memberListsBound = 20;
/** More groups than these are read by their list. */
const oneByOne = 5;

/** My groups, and the members of those that were looked at. */
export const useGroups = defineStore('groups', () => {
  const session = useSession();
  const people = usePeople();
  const groups = reactive(new Map<string, Group>());
  const members = reactive(new Map<string, Member[]>());
  const loaded = ref(false);

  async function load(): Promise<void> {
    const list = await all((page) => session.api.groups(page));
    groups.clear();
    for (const group of list) groups.set(group.key, group);
    loaded.value = true;
  }

  async function refresh(key: string): Promise<Group> {
    const group = await session.api.group(key);
    if (group.role) groups.set(key, group);
    else groups.delete(key);
    return group;
  }

  async function loadMembers(key: string): Promise<Member[]> {
    const list = await all((page) => session.api.members(key, page), 10_000);
    if (!members.has(key) && members.size >= memberListsBound) members.delete(members.keys().next().value as string);
    members.set(key, list);
    for (const member of list) people.learn(member.user);
    return list;
  }

  /** The group that a 206 or 209 makes out of date, or null; one that is gone goes at once. */
  function outdated(frame: Frame): string | null {
    if (frame.type !== FrameType.joined && frame.type !== FrameType.groupChanged) return null;
    const key = frame.conversation.slice(2);
    const gone =
      frame.change === 'dissolved' || ((frame.change === 'left' || frame.change === 'removed') && frame.target === session.me);
    if (!gone) return key;
    groups.delete(key);
    members.delete(key);
    return null;
  }

  /** Reads again what events made out of date, and the members where they were looked at. */
  async function catchUp(keys: string[]): Promise<void> {
    if (keys.length > oneByOne) await load();
    else await Promise.all(keys.map(refresh));
    await Promise.all(keys.filter((key) => members.has(key)).map(loadMembers));
  }

  function clear(): void {
    groups.clear();
    members.clear();
    loaded.value = false;
  }

  return { groups, members, loaded, load, refresh, loadMembers, outdated, catchUp, clear };
});
