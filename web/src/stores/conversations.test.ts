import { FrameType, type Client, type Conversation } from 'godwit-sdk';
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { marksBound, useConversations } from './conversations';
import { usePreferences } from './preferences';
import { useReadPositions } from './readPositions';
import { useSession } from './session';
import { frame } from './testFrames';

const told = (headSeq: number, readSeq: number, unread: number): Conversation => ({
  conversation: 'u:bob',
  last: frame(headSeq),
  headSeq,
  readSeq,
  unread,
});

let answer: Conversation[];
const markRead = vi.fn();
const values = new Map<string, unknown>();

beforeEach(() => {
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined }));
  setActivePinia(createPinia());
  values.clear();
  markRead.mockClear();
  const session = useSession();
  session.user = { key: 'ada', name: 'Ada', avatar: '', bio: '', createdAt: 0 };
  session.client = {
    kv: {
      get: async (key: string) => values.get(key),
      set: async (key: string, value: unknown) => void values.set(key, value),
    },
    cachedConversations: async () => null,
    conversations: async () => answer,
    markRead,
    close: () => undefined,
  } as unknown as Client;
});

describe('what the server tells', () => {
  it('does not take back what was pushed or read since it was asked', async () => {
    const store = useConversations();
    answer = [told(5, 2, 3)];
    await store.load();
    store.onFrames('u:bob', [frame(6)]);
    store.markRead('u:bob', 4, 2);
    await store.refresh();
    expect(store.rows.get('u:bob')).toMatchObject({ headSeq: 6, readSeq: 4, unread: 2, last: { seq: 6 } });
    answer = [told(7, 4, 3)];
    await store.refresh();
    expect(store.rows.get('u:bob')).toMatchObject({ headSeq: 7, readSeq: 4, unread: 3 });
  });
});

describe('unread', () => {
  it('counts messages of others, each once', async () => {
    const store = useConversations();
    answer = [told(1, 1, 0)];
    await store.load();
    store.onFrames('u:bob', [frame(2), frame(3, { msgSender: 'ada' }), frame(4, { type: FrameType.recalled })]);
    store.onFrames('u:bob', [frame(2)]);
    expect(store.rows.get('u:bob')).toMatchObject({ unread: 1, headSeq: 4 });
  });

  it('is told to the server, or kept here from those who are not to know', async () => {
    const store = useConversations();
    answer = [told(9, 1, 8)];
    await store.load();
    store.markRead('u:bob', 3, 6);
    expect(markRead).toHaveBeenCalledWith('u:bob', 3);
    usePreferences().values.receipts = false;
    store.markRead('u:bob', 9, 0);
    expect(markRead).toHaveBeenCalledTimes(1);
    expect(useReadPositions().untold.get('u:bob')).toBe(9);
    await store.refresh();
    expect(store.rows.get('u:bob')).toMatchObject({ readSeq: 9, unread: 0 });
    store.ensure('g:crew').headSeq = 5;
    store.markRead('g:crew', 5, 0);
    expect(markRead).toHaveBeenCalledTimes(2);
  });
});

describe('marks', () => {
  it('pins to the top, and leaves alone what another tab marked', async () => {
    const store = useConversations();
    answer = [told(1, 1, 0), { ...told(9, 9, 0), conversation: 'u:eve' }];
    await store.load();
    expect(store.sorted.map(({ conversation }) => conversation)).toEqual(['u:eve', 'u:bob']);
    values.set('marks', { pinned: ['u:dan'], muted: [] });
    store.toggleMark('pinned', 'u:bob');
    expect(store.sorted.map(({ conversation }) => conversation)).toEqual(['u:bob', 'u:eve']);
    await vi.waitFor(() => expect(values.get('marks')).toEqual({ pinned: ['u:dan', 'u:bob'], muted: [] }));
  });

  it('has a bound', async () => {
    values.set('marks', { pinned: Array.from({ length: marksBound }, (_, i) => `u:p${i}`), muted: [] });
    useConversations().toggleMark('pinned', 'u:bob');
    await vi.waitFor(() => expect((values.get('marks') as { pinned: string[] }).pinned).toContain('u:bob'));
    expect((values.get('marks') as { pinned: string[] }).pinned).toHaveLength(marksBound);
  });
});
