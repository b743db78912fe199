import type { Frame, Group, Member } from 'godwit-sdk';
import { all, FrameType } from 'godwit-sdk';
import { defineStore } from 'pinia';
import { reactive, ref } from 'vue';
import { usePeople } from './people';
import { useSession } from './session';

const memberListsBound = 20;

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

  /** 206 and 209 tell what changed: the group is read anew, and its members where they were looked at. */
  async function onEvent(frame: Frame): Promise<void> {
    if (frame.type !== FrameType.joined && frame.type !== FrameType.groupChanged) return;
    const key = frame.conversation.slice(2);
    const gone =
      frame.change === 'dissolved' || ((frame.change === 'left' || frame.change === 'removed') && frame.target === session.me);
    if (gone) {
      groups.delete(key);
      members.delete(key);
      return;
    }
    await refresh(key);
    if (members.has(key)) await loadMembers(key);
  }

  function clear(): void {
    groups.clear();
    members.clear();
    loaded.value = false;
  }

  return { groups, members, loaded, load, refresh, loadMembers, onEvent, clear };
});
