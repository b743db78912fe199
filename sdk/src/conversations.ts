import type { GodwitApi } from './api.js';
import type { FrameCache } from './storage/cache.js';
import type { Tables } from './storage/tables.js';
import { FrameType, type Conversation, type Frame } from './types.js';

const LIST = 'conversations';
const MOST_NEWER = 1000;
const MOST = 20_000;

/** The list of conversations, and what the last run knew of it. */
export class Conversations {
  constructor(
    private readonly api: GodwitApi,
    private readonly tables: Tables,
    private readonly cache: FrameCache,
    private readonly me: string,
  ) {}

  async fetch(): Promise<Conversation[]> {
    const list = await this.api.all((page) => this.api.conversations(page), MOST);
    await this.tables.run('readwrite', ['values'], (tx) => tx.put('values', LIST, list));
    return list;
  }

  /** The list as it was fetched last, brought up to date with the frames that came since. */
  async cached(): Promise<Conversation[] | null> {
    const list = await this.tables.run('readonly', ['values'], (tx) => tx.get<Conversation[]>('values', LIST));
    if (!list) return null;
    const newer = await this.cache.above(
      list.map((item) => [item.conversation, item.headSeq]),
      MOST_NEWER,
    );
    const current = list.map((item, at) => this.withFrames(item, newer[at] ?? []));
    return current.sort((a, b) => (b.last?.time ?? 0) - (a.last?.time ?? 0));
  }

  async read(conversation: string, seq: number): Promise<void> {
    await this.tables.run('readwrite', ['values'], async (tx) => {
      const list = await tx.get<Conversation[]>('values', LIST);
      const item = list?.find((candidate) => candidate.conversation === conversation);
      if (!list || !item || item.readSeq >= seq) return;
      item.readSeq = seq;
      if (seq >= item.headSeq) item.unread = 0;
      await tx.put('values', LIST, list);
    });
  }

  private withFrames(item: Conversation, frames: Frame[]): Conversation {
    const last = frames[frames.length - 1];
    if (!last) return item;
    const unread = frames.filter((frame) => frame.seq > item.readSeq && this.isOthers(frame)).length;
    return { ...item, last, headSeq: last.seq, unread: item.unread + unread };
  }

  private isOthers(frame: Frame): boolean {
    const isMessage = frame.type === FrameType.message || frame.type === FrameType.groupMessage;
    return isMessage && frame.msgSender !== this.me;
  }
}
