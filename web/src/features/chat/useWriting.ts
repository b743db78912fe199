import { GodwitError } from 'godwit-sdk';
import { computed, ref, watch } from 'vue';
import { muteIn, obstacle, type Obstacle } from './writing';
import { useNow } from '@/lib/now';
import { useGroups } from '@/stores/groups';
import { usePeople } from '@/stores/people';
import { useSession } from '@/stores/session';
import { useTimeline } from '@/stores/timeline';

/** Groups of more members are not read whole to find out whether one is muted; a refused send tells then. */
const mostMembers = 1000;

/** Whether one may write in the open conversation, as far as this page knows. */
export function useWriting() {
  const session = useSession();
  const people = usePeople();
  const groups = useGroups();
  const timeline = useTimeline();
  const now = useNow(5000);
  const gone = ref(false);

  const key = computed(() => timeline.conversation.slice(2));
  const isGroup = computed(() => timeline.conversation.startsWith('g:'));
  const group = computed(() => (isGroup.value ? groups.groups.get(key.value) : undefined));
  const mutedUntil = computed(() => {
    const said = muteIn(timeline.window.frames, session.me);
    if (said !== undefined) return said;
    return groups.members.get(key.value)?.find((member) => member.user.key === session.me)?.mutedUntil ?? null;
  });
  const reason = computed<Obstacle | null>(() => {
    if (isGroup.value ? !groups.loaded : !people.loaded) return null;
    return obstacle({
      conversation: timeline.conversation,
      friends: people.friends.has(key.value),
      blocked: people.blocked.has(key.value),
      group: group.value,
      dissolved: gone.value,
      mutedUntil: mutedUntil.value,
      now: now.value,
    });
  });

  async function findOut(): Promise<void> {
    const asked = key.value;
    if (!isGroup.value || !groups.loaded) return;
    if (group.value) {
      const unknown = !groups.members.has(asked) && group.value.memberCount <= mostMembers;
      if (unknown) await groups.loadMembers(asked).catch(() => undefined);
      return;
    }
    gone.value = false;
    await session.api.group(asked).catch((error: unknown) => {
      if (asked === key.value) gone.value = error instanceof GodwitError && error.status === 404;
    });
  }

  watch([key, () => groups.loaded, () => group.value === undefined], findOut, { immediate: true });

  return { reason, mutedUntil };
}
