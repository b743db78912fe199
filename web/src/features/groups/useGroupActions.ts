import type { GroupChange, MemberChange } from 'godwit-sdk';
import { useGroups } from '@/stores/groups';
import { useSession } from '@/stores/session';

/** What the owner and admins change. Each throws as the server refuses, and leaves the store as the server has it. */
export function useGroupActions() {
  const session = useSession();
  const store = useGroups();

  async function change(key: string, values: GroupChange): Promise<void> {
    store.groups.set(key, await session.api.updateGroup(key, values));
  }

  async function changeMember(key: string, user: string, values: MemberChange): Promise<void> {
    const member = await session.api.updateMember(key, user, values);
    const list = store.members.get(key);
    if (list) store.members.set(key, list.map((one) => (one.user.key === user ? member : one)));
    // Handing over changes two members and my own role.
    if (values.role === 'owner') await Promise.all([store.refresh(key), store.loadMembers(key)]);
  }

  async function removeMember(key: string, user: string): Promise<void> {
    await session.api.removeMember(key, user);
    const list = store.members.get(key);
    if (list) store.members.set(key, list.filter((one) => one.user.key !== user));
    await store.refresh(key);
  }

  return { change, changeMember, removeMember };
}
