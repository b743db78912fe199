import type { Group, GroupRequest } from 'godwit-sdk';
import { useGroups } from '@/stores/groups';
import { usePeople } from '@/stores/people';
import { useSession } from '@/stores/session';

/** Coming into groups and out of them. Each throws as the server refuses. */
export function useMembership() {
  const session = useSession();
  const store = useGroups();
  const people = usePeople();

  async function create(name: string, members: string[]): Promise<Group> {
    const group = await session.api.createGroup({ name, members });
    store.groups.set(group.key, group);
    return group;
  }

  /** The request; approved at once where the group is open. */
  async function apply(key: string, note: string): Promise<GroupRequest> {
    const request = await session.api.requestJoin(key, note || undefined);
    await people.loadRequests();
    if (request.state === 'approved') await store.refresh(key);
    return request;
  }

  function forget(key: string): void {
    store.groups.delete(key);
    store.members.delete(key);
  }

  const leave = (key: string) => session.api.removeMember(key, 'me').then(() => forget(key));
  const dissolve = (key: string) => session.api.dissolveGroup(key).then(() => forget(key));

  return { create, apply, leave, dissolve };
}
