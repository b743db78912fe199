import type { Frame, FrameSource } from 'godwit-sdk';
import { onScopeDispose, watch } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { chime } from './chime';
import { claim } from './claim';
import { NoticeBoard } from './noticeBoard';
import { claimDelay, type Situation, wantsAttention } from './notifyPolicy';
import { useNoticeText } from './useNoticeText';
import { useConversations } from '@/stores/conversations';
import { useNotifications } from '@/stores/notifications';
import { usePreferences } from '@/stores/preferences';
import { useSession } from '@/stores/session';

const pause = (ms: number) => new Promise((over) => setTimeout(over, ms));

/** How things stand around a conversation, as far as attention is concerned. */
function useSituation(): (conversation: string) => Situation {
  const route = useRoute();
  const session = useSession();
  const conversations = useConversations();
  return (conversation) => {
    const row = conversations.rows.get(conversation);
    const open = route.params['conversation'] as string | undefined;
    return { me: session.me, hidden: document.hidden, open, muted: row?.muted ?? false, readSeq: row?.readSeq ?? 0 };
  };
}

/** A notification and a sound for what was written, from one tab of all that hear of it. */
function useAttention(board: NoticeBoard): (frames: Frame[], source: FrameSource) => Promise<void> {
  const router = useRouter();
  const session = useSession();
  const notifications = useNotifications();
  const preferences = usePreferences();
  const situation = useSituation();
  const { textOf } = useNoticeText();

  function show(frame: Frame, fresh: number): void {
    const { conversation } = frame;
    const count = board.countWith(conversation, fresh);
    const { title, body, to } = textOf(frame, count);
    try {
      board.show(
        conversation,
        count,
        { title, body, tag: `godwit.${session.me}.${conversation}` },
        () => void router.push(to),
      );
    } catch {
      notifications.refused();
    }
  }

  return async (frames, source) => {
    const before = situation(frames[0]?.conversation ?? '');
    // What a hidden page would tell takes part in the claim, so that the tab where it is open can claim it and keep
    // silent.
    const telling = frames.filter((frame) => wantsAttention(frame, source, { ...before, hidden: true }));
    const last = telling.at(-1);
    if (!last) return;
    await pause(claimDelay(before, last.conversation));
    if (!(await claim(last.id)) || !wantsAttention(last, source, situation(last.conversation))) return;
    if (notifications.active) show(last, telling.length);
    if (preferences.values.sound) await chime();
  };
}

/** Makes people look when something is written that they do not see. */
export function useNotifier(): void {
  const route = useRoute();
  const session = useSession();
  const board = new NoticeBoard();
  const attend = useAttention(board);

  const closeSeen = () => {
    const open = route.params['conversation'];
    if (!document.hidden && typeof open === 'string') board.close(open);
  };

  let untie = () => {};
  watch(
    () => session.client,
    (client) => {
      untie();
      board.closeAll();
      // Not waited for: what is shown of a message does not hold its acknowledgement back.
      untie = client?.on('frames', ({ frames, source }) => void attend(frames, source)) ?? (() => {});
    },
    { immediate: true, flush: 'sync' },
  );
  watch(() => route.params['conversation'], closeSeen);
  document.addEventListener('visibilitychange', closeSeen);
  onScopeDispose(() => {
    untie();
    document.removeEventListener('visibilitychange', closeSeen);
  });
}
