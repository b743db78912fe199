import type { Group } from 'godwit-sdk';
import { GodwitError } from 'godwit-sdk';
import { computed, shallowRef, watch } from 'vue';
import { useLatest } from '@/lib/latest';
import { useGroups } from '@/stores/groups';

/** The group of `key` as it is now, with its members where I am one; the store keeps it up to date by the events. */
export function useGroup(key: () => string) {
  const store = useGroups();
  /** Seen from outside: not in the store, which holds mine. */
  const outside = shallowRef<Group | null>(null);
  const profile = useLatest();
  const list = useLatest();
  const group = computed(() => store.groups.get(key()) ?? outside.value);
  const members = computed(() => store.members.get(key()) ?? null);
  const unknown = computed(() => profile.error.value instanceof GodwitError && profile.error.value.status === 404);

  const loadMembers = () => list.run(() => store.loadMembers(key()).then(() => undefined));

  const load = () =>
    profile.run(async (signal) => {
      const fresh = await store.refresh(key());
      if (signal.aborted) return;
      outside.value = fresh.role ? null : fresh;
      if (fresh.role) await loadMembers();
    });

  watch(
    [key, () => store.groups.has(key())] as const,
    ([now, inside], before) => {
      if (now !== before[0]) outside.value = null;
      // I was taken in, or I left, was removed, or the group is gone: seen from the other side it is another screen.
      else if (inside && members.value) return;
      void load();
    },
    { immediate: true },
  );

  return { group, members, unknown, error: profile.error, membersError: list.error, load, loadMembers };
}
