import { ElMessage } from 'element-plus';
import { GodwitError, type Frame } from 'godwit-sdk';
import { computed, ref, shallowRef, watch } from 'vue';
import { useI18n } from 'vue-i18n';
import { byteLength, cleaned, mostBytes, mostParts, nearBytes, split } from './split';
import { problemText } from '@/lib/problem';
import { useDrafts } from '@/stores/drafts';
import { isMessage } from '@/stores/frames';
import { usePreferences } from '@/stores/preferences';
import { useQuotes } from '@/stores/quotes';
import { useSession } from '@/stores/session';
import { useTimeline } from '@/stores/timeline';

/**
 * Up answers instead of editing once a message is this old: the server's usual window for recalling, less a moment
 * to write.
 */
export const editableMs = 110_000;

export type Mode = { kind: 'reply'; id: string; frame: Frame | null } | { kind: 'edit'; frame: Frame };

/** What is being written in the open conversation: its text, what it answers or replaces, and how it goes out. */
export function useComposer() {
  const { t } = useI18n();
  const session = useSession();
  const timeline = useTimeline();
  const drafts = useDrafts();
  const quotes = useQuotes();
  const preferences = usePreferences();
  const text = ref('');
  const mode = shallowRef<Mode | null>(null);
  const sending = ref(false);

  const bytes = computed(() => byteLength(cleaned(text.value)));
  const left = computed(() => (bytes.value > nearBytes ? mostBytes - bytes.value : null));
  const parts = computed(() => (bytes.value > mostBytes ? split(text.value) : []));
  const tooLong = computed(() => parts.value.length > mostParts);
  const empty = computed(() => bytes.value === 0);
  const quoted = computed(() => {
    if (mode.value?.kind !== 'reply') return null;
    const { id, frame } = mode.value;
    const below = timeline.window.frames[0]?.seq ?? 0;
    return (
      frame ?? timeline.window.frames.find((f) => f.id === id) ?? quotes.quote(timeline.conversation, id, below) ?? null
    );
  });

  function restore(conversation: string): void {
    const draft = drafts.drafts.get(conversation);
    text.value = draft?.text ?? '';
    mode.value = draft?.replyTo ? { kind: 'reply', id: draft.replyTo, frame: null } : null;
  }

  function keep(): void {
    if (mode.value?.kind === 'edit' || !timeline.conversation) return;
    const replyTo = mode.value?.id;
    drafts.set(timeline.conversation, { text: text.value, ...(replyTo ? { replyTo } : {}) });
  }

  function onInput(): void {
    keep();
    if (!empty.value && preferences.values.receipts) session.client?.typing(timeline.conversation);
  }

  function reply(frame: Frame): void {
    if (mode.value?.kind === 'edit') leave();
    mode.value = { kind: 'reply', id: frame.id, frame };
    keep();
  }

  /** Leaves answering or editing; a draft from before the editing comes back. */
  function leave(): void {
    const edited = mode.value?.kind === 'edit';
    mode.value = null;
    if (edited) restore(timeline.conversation);
    else keep();
  }

  /** A text that was recalled goes on as a draft; what stood there is kept above it. */
  function edit(again: string): void {
    if (mode.value?.kind === 'edit') leave();
    text.value = empty.value ? again : `${text.value.trimEnd()}\n${again}`;
    keep();
  }

  /** The last own message: to be written anew while it can still be recalled, else to be answered. */
  function lastOwn(): void {
    const frame = timeline.window.frames.findLast((f) => isMessage(f) && f.msgSender === session.me && !f.recalled);
    if (!frame || timeline.window.hasNewer) return;
    if (Date.now() - frame.time > editableMs) return reply(frame);
    mode.value = { kind: 'edit', frame };
    text.value = frame.msg;
  }

  function out(messages: string[], replyTo: string | undefined): void {
    try {
      messages.forEach((message, index) => timeline.send(message, index === 0 ? replyTo : undefined));
    } catch (error) {
      ElMessage.error({ message: problemText(error), grouping: true });
      return;
    }
    mode.value = null;
    text.value = '';
    drafts.set(timeline.conversation, { text: '' });
    drafts.save();
  }

  /**
   * The old one goes before the new one is sent. Where it is too late, the new one becomes an answer to it, to be
   * sent once more.
   */
  async function replaceOld(frame: Frame, messages: string[]): Promise<void> {
    sending.value = true;
    const open = timeline.conversation;
    try {
      await timeline.recall(frame);
      if (timeline.conversation === open) out(messages, frame.replyTo);
    } catch (error) {
      const late = error instanceof GodwitError && error.code === 'recall_too_late';
      ElMessage.warning({ message: late ? t('chat.tooLateToEdit') : problemText(error), grouping: true });
      if (late) mode.value = { kind: 'reply', id: frame.id, frame };
    } finally {
      sending.value = false;
    }
  }

  /** `asParts`: whoever writes agreed to several messages. */
  async function send(asParts = false): Promise<void> {
    if (empty.value || sending.value || tooLong.value || (parts.value.length > 0 && !asParts)) return;
    const messages = parts.value.length > 0 ? parts.value : [cleaned(text.value)];
    // The same text again is no change: nobody is told of one.
    if (mode.value?.kind === 'edit' && messages.length === 1 && messages[0] === cleaned(mode.value.frame.msg)) leave();
    else if (mode.value?.kind === 'edit') await replaceOld(mode.value.frame, messages);
    else out(messages, mode.value?.id);
  }

  watch(
    () => [timeline.conversation, drafts.drafts.get(timeline.conversation)?.text] as const,
    ([now, draft], before) => {
      const other = now !== before?.[0];
      if (other || (draft !== undefined && empty.value && mode.value === null)) restore(now);
    },
    { immediate: true },
  );

  return { text, mode, sending, left, parts, tooLong, empty, quoted, onInput, reply, leave, edit, lastOwn, send };
}
