import { type Client, type ClientEvents, type EventName, type Frame, type Outgoing } from 'godwit-sdk';
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { nextTick } from 'vue';
import { useConversations } from './conversations';
import { mostFrames } from './frameWindow';
import { useSession } from './session';
import { frame } from './testFrames';
import { useTimeline } from './timeline';

type Handlers = { [E in EventName]?: ((event: ClientEvents[E]) => void)[] };

/** A client whose history is `stored`, and whose answers can be held back. */
class FakeClient {
  stored: Frame[] = [];
  items: Outgoing[] = [];
  gate: Promise<void> = Promise.resolve();
  private readonly handlers: Handlers = {};
  readonly kv = { get: async () => undefined, set: async () => undefined, delete: async () => undefined };
  readonly api = new Proxy({}, { get: () => async () => ({ items: [], next: null }) });
  get outbox(): Outgoing[] {
    return this.items;
  }

  on<E extends EventName>(event: E, handler: (event: ClientEvents[E]) => void): () => void {
    const list = (this.handlers[event] ??= []) as ((event: ClientEvents[E]) => void)[];
    list.push(handler);
    return () => list.splice(list.indexOf(handler), 1);
  }

  emit<E extends EventName>(event: E, payload: ClientEvents[E]): void {
    for (const handler of this.handlers[event] ?? []) handler(payload);
  }

  push(...frames: Frame[]): void {
    this.stored.push(...frames);
    this.emit('frames', { conversation: 'u:bob', frames, source: 'push' });
  }

  async history(_: string, { before, after, limit = 50 }: { before?: number; after?: number; limit?: number }) {
    const fitting = this.stored.filter(({ seq }) => seq < (before ?? Infinity) && seq > (after ?? 0));
    const frames = after === undefined ? fitting.slice(-limit) : fitting.slice(0, limit);
    await this.gate;
    return { frames, more: frames.length < fitting.length };
  }

  send({ conversation, msg }: { conversation: string; msg: string }): Outgoing {
    const item: Outgoing = {
      clientId: `c${this.items.length}`,
      conversation,
      type: 101,
      receiver: 'bob',
      msg,
      sentAt: 1,
      state: 'sending',
      attempts: 1,
    };
    this.items = [...this.items, item];
    this.emit('outbox', { items: this.items });
    return item;
  }

  cachedConversations = async () => null;
  conversations = async () => [];
  markRead(): void {}
  close(): void {}
}

let client: FakeClient;

function start(count: number, readSeq: number, unread: number) {
  const session = useSession();
  session.user = { key: 'ada', name: 'Ada', avatar: '', bio: '', createdAt: 0 };
  client.stored = Array.from({ length: count }, (_, i) => frame(i + 1));
  session.client = client as unknown as Client;
  const conversations = useConversations();
  const timeline = useTimeline();
  Object.assign(conversations.ensure('u:bob'), { readSeq, unread, headSeq: count });
  return timeline;
}

const seqs = (timeline: ReturnType<typeof useTimeline>) => timeline.window.frames.map(({ seq }) => seq);
const range = (timeline: ReturnType<typeof useTimeline>) => [seqs(timeline)[0], seqs(timeline).at(-1)];

beforeEach(() => {
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined }));
  setActivePinia(createPinia());
  client = new FakeClient();
});

describe('opening', () => {
  it('shows the newest page where nothing is unread', async () => {
    const timeline = start(500, 500, 0);
    await timeline.open('u:bob');
    expect(range(timeline)).toEqual([441, 500]);
    expect(timeline.window).toMatchObject({ hasOlder: true, hasNewer: false });
    expect(timeline.aim).toEqual({ at: 'end' });
    expect(timeline.unreadFrom).toBe(0);
  });

  it('stands at the first unread message, with what was read above it', async () => {
    const timeline = start(500, 200, 300);
    await timeline.open('u:bob');
    expect(timeline.aim).toEqual({ at: 'unread', seq: 201 });
    expect(range(timeline)).toEqual([161, 240]);
    expect(timeline.window).toMatchObject({ hasOlder: true, hasNewer: true });
  });

  it('stands at a message that was asked for', async () => {
    const timeline = start(500, 200, 300);
    await timeline.open('u:bob', 77);
    expect(timeline.aim).toEqual({ at: 'seq', seq: 77 });
    expect(seqs(timeline)).toContain(77);
    expect(timeline.unreadFrom).toBe(0);
  });

  it('merges what is pushed while it loads', async () => {
    const timeline = start(10, 10, 0);
    let release = (): void => undefined;
    client.gate = new Promise((resolve) => (release = resolve));
    const opened = timeline.open('u:bob');
    client.push(frame(11));
    release();
    await opened;
    expect(range(timeline)).toEqual([1, 11]);
  });

  it('drops the answer for a conversation that was left', async () => {
    const timeline = start(10, 10, 0);
    let release = (): void => undefined;
    client.gate = new Promise((resolve) => (release = resolve));
    const opened = timeline.open('u:bob');
    timeline.enter('u:eve');
    release();
    await opened;
    expect(timeline.window.frames).toEqual([]);
    expect(timeline.conversation).toBe('u:eve');
  });

  it('tells why it cannot, and opens when asked again', async () => {
    const timeline = start(10, 10, 0);
    client.gate = Promise.reject(new Error('no'));
    await timeline.open('u:bob');
    expect(timeline.error).toBeInstanceOf(Error);
    client.gate = Promise.resolve();
    await timeline.retryLoad();
    expect(timeline.error).toBeNull();
    expect(range(timeline)).toEqual([1, 10]);
  });
});

describe('reading on', () => {
  it('goes both ways to the ends without a hole', async () => {
    const timeline = start(300, 100, 200);
    await timeline.open('u:bob');
    while (timeline.window.hasOlder) await timeline.loadOlder();
    while (timeline.window.hasNewer) await timeline.loadNewer();
    expect(seqs(timeline)).toEqual(Array.from({ length: 300 }, (_, i) => i + 1));
  });

  it('keeps to its bound, letting the far end go', async () => {
    vi.useFakeTimers();
    const timeline = start(5000, 5000, 0);
    await timeline.open('u:bob');
    for (let page = 0; page < 60; page += 1) {
      await timeline.loadOlder();
      await vi.advanceTimersByTimeAsync(200);
      expect(timeline.window.frames.length).toBeLessThanOrEqual(mostFrames);
    }
    expect(timeline.window.hasNewer).toBe(true);
    const all = seqs(timeline);
    expect(all).toEqual(Array.from({ length: all.length }, (_, i) => (all[0] ?? 0) + i));
    vi.useRealTimers();
  });
});

describe('what is pushed', () => {
  it('is appended once at the newest end', async () => {
    const timeline = start(3, 3, 0);
    await timeline.open('u:bob');
    client.push(frame(4));
    client.push(frame(4));
    expect(seqs(timeline)).toEqual([1, 2, 3, 4]);
  });

  it('stays out of a window further up', async () => {
    const timeline = start(500, 100, 400);
    await timeline.open('u:bob');
    client.push(frame(501));
    expect(range(timeline)[1]).toBe(140);
    await timeline.toLatest();
    expect(range(timeline)[1]).toBe(501);
  });

  it('has what lies in a hole below it read from the history', async () => {
    const timeline = start(3, 3, 0);
    await timeline.open('u:bob');
    client.stored.push(frame(4));
    client.push(frame(5));
    await vi.waitFor(() => expect(seqs(timeline)).toEqual([1, 2, 3, 4, 5]));
  });

  it('of another conversation is not shown', async () => {
    const timeline = start(3, 3, 0);
    await timeline.open('u:bob');
    client.emit('frames', { conversation: 'u:eve', frames: [frame(4, { conversation: 'u:eve' })], source: 'push' });
    expect(seqs(timeline)).toEqual([1, 2, 3]);
  });
});

describe('the line of new messages', () => {
  it('is drawn above what comes while nobody looks, and nowhere while somebody does', async () => {
    const timeline = start(3, 3, 0);
    await timeline.open('u:bob');
    const focus = vi.spyOn(document, 'hasFocus').mockReturnValue(true);
    client.push(frame(4));
    expect(timeline.unreadFrom).toBe(0);
    Object.assign(useConversations().ensure('u:bob'), { readSeq: 4 });
    focus.mockReturnValue(false);
    client.push(frame(5, { msgSender: 'ada' }));
    expect(timeline.unreadFrom).toBe(0);
    Object.assign(useConversations().ensure('u:bob'), { readSeq: 5 });
    client.push(frame(6));
    client.push(frame(7));
    expect(timeline.unreadFrom).toBe(6);
    focus.mockRestore();
  });
});

describe('sending', () => {
  it('shows the message at once, then in its place what it became, never both', async () => {
    const timeline = start(3, 3, 0);
    await timeline.open('u:bob');
    timeline.send('hello');
    expect(timeline.outgoing.map(({ msg }) => msg)).toEqual(['hello']);
    const sent = frame(4, { msgSender: 'ada', clientId: 'c0' });
    client.emit('frames', { conversation: 'u:bob', frames: [sent], source: 'sent' });
    expect(timeline.outgoing).toEqual([]);
    expect(seqs(timeline)).toEqual([1, 2, 3, 4]);
    client.emit('outbox', { items: [] });
    expect(timeline.outgoing).toEqual([]);
  });

  it('goes to the end from further up', async () => {
    const timeline = start(500, 100, 400);
    await timeline.open('u:bob');
    timeline.send('hello');
    expect(timeline.outgoing).toEqual([]);
    await vi.waitFor(() => expect(timeline.window.hasNewer).toBe(false));
    await nextTick();
    expect(timeline.outgoing).toHaveLength(1);
    expect(timeline.unreadFrom).toBe(0);
  });
});

describe('recalling', () => {
  it("takes the text away, and keeps one's own to be edited again", async () => {
    const timeline = start(3, 3, 0);
    await timeline.open('u:bob');
    client.push(frame(4, { msgSender: 'ada', msg: 'mine' }));
    for (const seq of [3, 4]) client.emit('recalled', { conversation: 'u:bob', id: `id${seq}`, seq });
    expect(timeline.window.frames.map(({ msg }) => msg)).toEqual(['m1', 'm2', '', '']);
    expect(timeline.recalledTexts.get('id4')).toBe('mine');
    expect(timeline.recalledTexts.has('id3')).toBe(false);
  });
});

it('reads the open conversation again on reset', async () => {
  const timeline = start(3, 3, 0);
  await timeline.open('u:bob');
  client.stored = [frame(1), frame(2), frame(3), frame(9)];
  client.emit('reset', {});
  await vi.waitFor(() => expect(seqs(timeline)).toEqual([1, 2, 3, 9]));
});
