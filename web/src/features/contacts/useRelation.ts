import { computed, type ComputedRef } from 'vue';
import { type Relation, relationTo } from './relation';
import { usePeople } from '@/stores/people';
import { useSession } from '@/stores/session';

/** How the person of that key stands to me, as it changes. */
export function useRelation(key: () => string): ComputedRef<Relation> {
  const people = usePeople();
  const session = useSession();
  return computed(() => {
    const { friends, requestsIn, requestsOut } = people;
    return relationTo(key(), { me: session.me, friends, requestsIn, requestsOut });
  });
}
