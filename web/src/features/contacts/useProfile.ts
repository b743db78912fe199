import type { User } from 'godwit-sdk';
import { GodwitError } from 'godwit-sdk';
import { computed, shallowRef, watch } from 'vue';
import { useLatest } from '@/lib/latest';
import { usePeople } from '@/stores/people';
import { useSession } from '@/stores/session';

/** The profile of `key`, read anew when it is told to have changed. */
export function useProfile(key: () => string) {
  const session = useSession();
  const people = usePeople();
  const profile = shallowRef<User | null>(null);
  const { error, run } = useLatest();
  const unknown = computed(() => error.value instanceof GodwitError && error.value.status === 404);

  const load = () =>
    run(async (signal) => {
      const user = await session.api.user(key(), signal);
      if (signal.aborted) return;
      profile.value = user;
      people.learn(user);
    });

  watch(
    key,
    () => {
      profile.value = null;
      void load();
    },
    { immediate: true },
  );
  // Of a friend we are told that the profile changed, not what: the list of friends then has another name or face.
  watch(
    () => people.friends.get(key())?.user,
    (user, before) => {
      if (user && before?.key === user.key && (user.name !== before.name || user.avatar !== before.avatar)) void load();
    },
  );

  return { profile, unknown, error, load };
}
