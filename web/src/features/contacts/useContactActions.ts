import { usePeople } from '@/stores/people';
import { useSession } from '@/stores/session';

/** What can be done about people. Each throws as the server refuses, and leaves the lists as the server has them. */
export function useContactActions() {
  const session = useSession();
  const people = usePeople();

  async function setAlias(key: string, alias: string): Promise<void> {
    const friend = await session.api.setAlias(key, alias);
    people.friends.set(key, friend);
  }

  async function removeFriend(key: string): Promise<void> {
    await session.api.removeFriend(key);
    people.friends.delete(key);
  }

  async function block(key: string): Promise<void> {
    await session.api.block(key);
    await people.loadBlocks();
  }

  async function unblock(key: string): Promise<void> {
    await session.api.unblock(key);
    people.blocked.delete(key);
  }

  return { setAlias, removeFriend, block, unblock };
}
