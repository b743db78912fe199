import type { Client, ClientEvents, Frame } from 'godwit-sdk';
import { defineStore } from 'pinia';
import { computed, reactive, ref, shallowRef, watch } from 'vue';
import { useConversations } from './conversations';
import * as win from './frameWindow';
import { useLive } from './live';
import { useSession } from './session';

const pageSize = 60;
const aroundSize = 40;
/** Own texts that were recalled, to be edited again. */
const recalledBound = 100;

/** Where the list is to stand after a load: at the end, or with this seq in view. */
export type Aim = { at: 'end' } | { at: 'unread' | 'seq'; seq: number };

/**
 * The open conversation: the piece of it that is in memory, and what is on its way. The window of one left is
 * dropped.
 */
export const useTimeline = defineStore('timeline', () => {
  const session = useSession();
  const live = useLive();
  const conversations = useConversations();
  const conversation = ref('');
  const window = shallowRef<win.FrameWindow>(win.emptyWindow());
  /** `opening`: nothing to show yet. */
  const loading = ref<'opening' | 'older' | 'newer' | null>(null);
  const error = shallowRef<unknown>(null);
  /**
   * Seq of the first message behind the "new messages" line; 0 without one. Stays where it was while the
   * conversation is open.
   */
  const unreadFrom = ref(0);
  /** Changes whenever the list has to stand somewhere else. */
  const aim = shallowRef<Aim | null>(null);
  const recalledTexts = reactive(new Map<string, string>());
  let generation = 0;

  const outgoing = computed(() => {
    const sent = new Set(window.value.frames.map((frame) => frame.clientId));
    return window.value.hasNewer
      ? []
      : live.outbox.filter((item) => item.conversation === conversation.value && !sent.has(item.clientId));
  });

  async function read(client: Client, seq: number | null): Promise<win.FrameWindow> {
    const name = conversation.value;
    if (seq === null) {
      const newest = await client.history(name, { limit: pageSize });
      return { frames: newest.frames, hasOlder: newest.more, hasNewer: false };
    }
    const [before, after] = await Promise.all([
      client.history(name, { before: seq + 1, limit: aroundSize }),
      client.history(name, { after: seq, limit: aroundSize }),
    ]);
    return { frames: win.mergeFrames(before.frames, after.frames), hasOlder: before.more, hasNewer: after.more };
  }

  /** Replaces the window by the piece around `seq`, or by the newest. Frames pushed meanwhile are merged in. */
  async function replace(seq: number | null): Promise<boolean> {
    const { client } = session;
    if (!client || !conversation.value) return false;
    const mine = ++generation;
    pushed = [];
    loading.value = 'opening';
    error.value = null;
    try {
      const loaded = await read(client, seq);
      if (mine !== generation) return false;
      window.value = win.withLive(loaded, pushed);
      return true;
    } catch (problem) {
      if (mine === generation) error.value = problem;
      return false;
    } finally {
      if (mine === generation) loading.value = null;
    }
  }

  /** What came by push while a window is being loaded. */
  let pushed: Frame[] = [];

  /** Its name, before anything of it is read. */
  function enter(name: string): void {
    if (conversation.value === name) return;
    clear();
    conversation.value = name;
    loading.value = 'opening';
  }

  async function open(name: string, at: number | null = null): Promise<void> {
    enter(name);
    const row = conversations.rows.get(name);
    const readSeq = row?.readSeq ?? 0;
    const unread = at === null && row !== undefined && row.unread > 0;
    if (!(await replace(at ?? (unread ? readSeq : null)))) return;
    if (at !== null) aim.value = { at: 'seq', seq: at };
    else {
      unreadFrom.value = unread ? win.firstUnread(window.value.frames, readSeq, session.me) : 0;
      aim.value = unreadFrom.value ? { at: 'unread', seq: unreadFrom.value } : { at: 'end' };
    }
  }

  async function jumpTo(seq: number): Promise<void> {
    const inside = seq >= win.oldestSeq(window.value) && seq <= win.newestSeq(window.value);
    if (inside || (await replace(seq))) aim.value = { at: 'seq', seq };
  }

  async function toLatest(): Promise<void> {
    if (!window.value.hasNewer || (await replace(null))) aim.value = { at: 'end' };
  }

  async function extend(side: 'older' | 'newer'): Promise<void> {
    const { client } = session;
    const more = side === 'older' ? window.value.hasOlder : window.value.hasNewer;
    if (!client || !more || loading.value || error.value) return;
    const mine = generation;
    loading.value = side;
    try {
      const bound = side === 'older' ? { before: win.oldestSeq(window.value) } : { after: win.newestSeq(window.value) };
      const page = await client.history(conversation.value, { ...bound, limit: pageSize });
      if (mine !== generation) return;
      window.value = (side === 'older' ? win.withOlder : win.withNewer)(window.value, page.frames, page.more);
      scheduleTrim(side === 'older' ? win.trimNewest : win.trimOldest);
    } catch (problem) {
      if (mine === generation) error.value = problem;
    } finally {
      if (mine === generation) loading.value = null;
    }
  }

  /**
   * The list takes rows away at one end only after it has shown those added at the other: both at once would move
   * what is read.
   */
  function scheduleTrim(trim: (window: win.FrameWindow) => win.FrameWindow): void {
    const mine = generation;
    setTimeout(() => {
      if (mine === generation) window.value = trim(window.value);
    }, 100);
  }

  function onFrames(event: ClientEvents['frames']): void {
    if (event.conversation !== conversation.value) return;
    if (loading.value === 'opening') {
      pushed.push(...event.frames);
      return;
    }
    const hole = win.holeBefore(window.value, event.frames);
    markUnseen(event.frames);
    window.value = win.withLive(window.value, event.frames);
    if (hole) void fill(hole - 1);
    if (window.value.frames.length > win.mostFrames) scheduleTrim(win.trimOldest);
  }

  /** What comes while nobody looks begins with the line, unless there is something unread above it already. */
  function markUnseen(frames: Frame[]): void {
    const looking = document.visibilityState === 'visible' && document.hasFocus();
    const readSeq = conversations.rows.get(conversation.value)?.readSeq ?? 0;
    if (!looking && readSeq >= win.newestSeq(window.value))
      unreadFrom.value = win.firstUnread(frames, readSeq, session.me) || unreadFrom.value;
  }

  async function fill(after: number): Promise<void> {
    const mine = generation;
    const page = await session.client?.history(conversation.value, { after, limit: 200 }).catch(() => null);
    if (page && mine === generation) window.value = win.withLive(window.value, page.frames);
  }

  function onRecalled({ conversation: name, id }: ClientEvents['recalled']): void {
    if (name !== conversation.value) return;
    const frame = window.value.frames.find((candidate) => candidate.id === id);
    if (frame?.msgSender === session.me && frame.msg) rememberRecalled(frame);
    window.value = win.withRecalled(window.value, id);
  }

  function rememberRecalled(frame: Frame): void {
    if (recalledTexts.size >= recalledBound) recalledTexts.delete(recalledTexts.keys().next().value as string);
    recalledTexts.set(frame.id, frame.msg);
  }

  /** Throws GodwitError as the server refused. */
  async function recall(frame: Frame): Promise<void> {
    await session.api.recall(frame.id);
    onRecalled({ conversation: frame.conversation, id: frame.id, seq: frame.seq });
    conversations.onRecalled(frame.conversation, frame.id);
  }

  /** Own text goes to the end: whoever reads further up is taken there. */
  function send(msg: string, replyTo?: string): void {
    session.client?.send({ conversation: conversation.value, msg, ...(replyTo ? { replyTo } : {}) });
    unreadFrom.value = 0;
    void toLatest();
  }

  async function retryLoad(): Promise<void> {
    error.value = null;
    if (window.value.frames.length === 0) await open(conversation.value);
  }

  function clear(): void {
    generation += 1;
    conversation.value = '';
    window.value = win.emptyWindow();
    loading.value = null;
    error.value = null;
    unreadFrom.value = 0;
    aim.value = null;
  }

  watch(
    () => session.client,
    (client, _, onCleanup) => {
      clear();
      recalledTexts.clear();
      if (!client) return;
      const ties = [
        client.on('frames', onFrames),
        client.on('recalled', onRecalled),
        client.on('reset', () => {
          if (conversation.value) void open(conversation.value);
        }),
      ];
      onCleanup(() => ties.forEach((untie) => untie()));
    },
    { immediate: true },
  );

  return {
    conversation,
    window,
    outgoing,
    loading,
    error,
    unreadFrom,
    aim,
    recalledTexts,
    enter,
    open,
    jumpTo,
    toLatest,
    loadOlder: () => extend('older'),
    loadNewer: () => extend('newer'),
    recall,
    send,
    retryLoad,
    close: clear,
  };
});
