import { recalled, type Conversation, type Frame } from 'godwit-sdk';
import { defineStore } from 'pinia';
import { computed, reactive, ref } from 'vue';
import { isMessage } from './frames';
import { usePeople } from './people';
import { usePreferences } from './preferences';
import { useReadPositions } from './readPositions';
import { useSession } from './session';

/** One row of the list. */
export interface Row extends Conversation {
  pinned: boolean;
  muted: boolean;
}

interface Marks {
  pinned: string[];
  muted: string[];
}

const typingLasts = 6000;
const recountAfter = 500;
/** Conversations that may carry a mark; the one marked longest ago loses it. */
export const marksBound = 500;

function withMark(marked: string[], conversation: string, on: boolean): string[] {
  const others = marked.filter((other) => other !== conversation);
  return on ? [...others, conversation].slice(-marksBound) : others;
}

/** The conversations: who, last message, unread, and this person's own marks (pinned, muted, drafts). */
export const useConversations = defineStore('conversations', () => {
  const session = useSession();
  const people = usePeople();
  const preferences = usePreferences();
  const positions = useReadPositions();
  const rows = reactive(new Map<string, Row>());
  /** conversation → key of who types → until when (ms). */
  const typing = reactive(new Map<string, Map<string, number>>());
  const loaded = ref(false);
  let recounting: ReturnType<typeof setTimeout> | undefined;
  const marks = reactive<Marks>({ pinned: [], muted: [] });

  const sorted = computed(() =>
    [...rows.values()].sort(
      (a, b) => Number(b.pinned) - Number(a.pinned) || (b.last?.time ?? 0) - (a.last?.time ?? 0),
    ),
  );
  const unreadTotal = computed(() =>
    [...rows.values()].reduce((sum, row) => sum + (row.muted || row.conversation === 's:' ? 0 : row.unread), 0),
  );

  /** What the server says may be older than what was pushed or read here since it was asked. */
  function put(told: Conversation): void {
    const { conversation } = told;
    const before = rows.get(conversation);
    if (told.peer) people.learn(told.peer);
    const ahead = before && before.headSeq > told.headSeq ? before : null;
    const { headSeq, last } = ahead ?? told;
    const readSeq = Math.max(told.readSeq, before?.readSeq ?? 0, positions.untold.get(conversation) ?? 0);
    // A friend who is none any more tells nothing; what was told stays true.
    const peerReadSeq = Math.max(told.peerReadSeq ?? 0, before?.peerReadSeq ?? 0);
    const counted = ahead || (before && before.readSeq > told.readSeq) ? (before?.unread ?? 0) : told.unread;
    rows.set(conversation, {
      ...told,
      headSeq,
      last,
      readSeq,
      peerReadSeq,
      unread: readSeq >= headSeq ? 0 : counted,
      pinned: marks.pinned.includes(conversation),
      muted: marks.muted.includes(conversation),
    });
  }

  /** The row of a conversation, made when something is written in one that is not listed yet. */
  function ensure(conversation: string): Row {
    if (!rows.has(conversation)) put({ conversation, last: null, headSeq: 0, readSeq: 0, unread: 0 });
    return rows.get(conversation) as Row;
  }

  /** First what the last visit kept, then what the server says; throws where neither can be had. */
  async function load(): Promise<void> {
    const { client } = session;
    if (!client) return;
    const [kept] = await Promise.all([client.kv.get('marks'), positions.load()]);
    if (kept) Object.assign(marks, kept);
    const cached = rows.size === 0 ? await client.cachedConversations() : null;
    for (const conversation of cached ?? []) put(conversation);
    if (cached) loaded.value = true;
    await refresh();
  }

  async function refresh(): Promise<void> {
    const { client } = session;
    if (!client) return;
    for (const conversation of await client.conversations()) put(conversation);
    loaded.value = true;
  }

  function onFrames(conversation: string, frames: Frame[]): void {
    const row = ensure(conversation);
    let unread = row.unread;
    for (const frame of frames) {
      if (frame.seq <= row.headSeq && frame.seq !== row.last?.seq) continue;
      const others = isMessage(frame) && frame.msgSender !== session.me;
      const counts = others && frame.seq > Math.max(row.readSeq, row.headSeq);
      if (counts) unread += 1;
      row.headSeq = Math.max(row.headSeq, frame.seq);
      row.last = frame;
      typing.get(conversation)?.delete(frame.msgSender);
    }
    row.unread = unread;
  }

  function onRecalled(conversation: string, id: string): void {
    const row = rows.get(conversation);
    if (row?.last?.id === id) row.last = recalled(row.last);
  }

  function onRead(conversation: string, seq: number, reader: string): void {
    const row = rows.get(conversation);
    if (!row) return;
    if (reader !== session.me) row.peerReadSeq = Math.max(seq, row.peerReadSeq ?? 0);
    else if (seq > row.readSeq) {
      row.readSeq = seq;
      if (seq >= row.headSeq) row.unread = 0;
      else recount();
    }
  }

  /** How many are left is the server's to count; whoever reads on another device moves in many small steps. */
  function recount(): void {
    clearTimeout(recounting);
    recounting = setTimeout(() => void refresh().catch(() => undefined), recountAfter);
  }

  /** Everything up to `seq` was seen; `left` = unread ones behind it, as far as the caller knows. */
  function markRead(conversation: string, seq: number, left: number): void {
    const row = ensure(conversation);
    if (seq <= row.readSeq) return;
    row.readSeq = seq;
    row.unread = seq >= row.headSeq ? 0 : left;
    if (conversation.startsWith('u:') && !preferences.values.receipts) positions.readUntold(conversation, seq);
    else session.client?.markRead(conversation, seq);
  }

  function onTyping(conversation: string, key: string): void {
    const until = Date.now() + typingLasts;
    if (!typing.has(conversation)) typing.set(conversation, reactive(new Map()));
    typing.get(conversation)?.set(key, until);
    setTimeout(() => {
      const typers = typing.get(conversation);
      if ((typers?.get(key) ?? 0) <= Date.now()) typers?.delete(key);
    }, typingLasts + 50);
  }

  function toggleMark(mark: keyof Marks, conversation: string): void {
    const on = !marks[mark].includes(conversation);
    marks[mark] = withMark(marks[mark], conversation, on);
    ensure(conversation)[mark] = on;
    void keepMark(mark, conversation, on).catch(() => undefined);
  }

  /** Other tabs keep their marks in the same place: only this one is changed there. */
  async function keepMark(mark: keyof Marks, conversation: string, on: boolean): Promise<void> {
    const { client } = session;
    const kept: Marks = { pinned: [], muted: [], ...(await client?.kv.get<Marks>('marks')) };
    await client?.kv.set('marks', { ...kept, [mark]: withMark(kept[mark], conversation, on) }, { keep: true });
  }

  function clear(): void {
    clearTimeout(recounting);
    rows.clear();
    typing.clear();
    marks.pinned = [];
    marks.muted = [];
    loaded.value = false;
  }

  return {
    rows, sorted, unreadTotal, typing, loaded,
    load, refresh, ensure, onFrames, onRecalled, onRead, markRead, onTyping, toggleMark, clear,
  };
});
