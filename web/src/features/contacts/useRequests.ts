import type { FriendRequest, GroupRequest } from 'godwit-sdk';
import { GodwitError } from 'godwit-sdk';
import type { RequestItem } from './requests';
import { useGroups } from '@/stores/groups';
import { usePeople } from '@/stores/people';
import { useSession } from '@/stores/session';

/** Applying and answering. Each throws as the server refuses, and leaves the lists as the server has them. */
export function useRequests() {
  const session = useSession();
  const people = usePeople();
  const groups = useGroups();

  /** The request; approved at once where the other had applied to me. */
  async function befriend(key: string, note: string): Promise<FriendRequest> {
    const request = await session.api.requestFriend(key, note || undefined).catch(async (error: unknown) => {
      if (error instanceof GodwitError && error.code === 'already_friends') await people.loadFriends();
      throw error;
    });
    await people.loadRequests();
    if (request.state === 'approved') await people.loadFriends();
    return request;
  }

  function give({ id, kind }: Pick<RequestItem, 'id' | 'kind'>, approve: boolean): Promise<FriendRequest | GroupRequest> {
    const { api } = session;
    if (kind === 'friend') return approve ? api.approveFriend(id) : api.rejectFriend(id);
    return approve ? api.approveJoin(id) : api.rejectJoin(id);
  }

  /** An answer that somebody else gave first (another admin, my other device) is no failure: the lists then show it. */
  async function answer(item: Pick<RequestItem, 'id' | 'kind'>, approve: boolean): Promise<'done' | 'before'> {
    const outcome = await give(item, approve).then(
      () => 'done' as const,
      (error: unknown) => {
        if (error instanceof GodwitError && error.code === 'already_answered') return 'before' as const;
        throw error;
      },
    );
    await people.loadRequests();
    if (item.kind === 'friend') await people.loadFriends();
    else await groups.load();
    return outcome;
  }

  return { befriend, answer };
}
