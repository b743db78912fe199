import { recalled, type Frame } from '../types.js';
import { addSpan, cutBelow, spanWith, type Span } from './spans.js';
import type { Key, Tables, Transaction } from './tables.js';

export const MOST_FRAMES = 20_000;
/** What is left after making room, so that room is not made with every frame. */
const ROOM = 0.9;

const EPOCH = 'epoch';

/** Of one conversation: what is covered, and when it was last touched. */
interface Cover {
  spans: Span[];
  at: number;
}

export interface Cached {
  frames: Frame[];
  /** Nothing is missing in `frames`. */
  covered: boolean;
  more: boolean;
}

export interface Range {
  before?: number | undefined;
  after?: number | undefined;
  limit: number;
}

/** The frames that are kept, and which stretches of each conversation they cover without holes. */
export class FrameCache {
  private estimate: number | undefined;

  constructor(
    private readonly tables: Tables,
    private readonly now: () => number,
    private readonly most = MOST_FRAMES,
  ) {}

  /** `span`: the seqs that are settled by these frames. */
  save(conversation: string, frames: Frame[], span: Span | null): Promise<void> {
    return this.tables.run('readwrite', ['frames', 'spans'], async (tx) => {
      await Promise.all(frames.map((frame) => tx.put('frames', [conversation, frame.seq], frame)));
      const cover = await coverOf(tx, conversation);
      const spans = span ? addSpan(cover.spans, span) : cover.spans;
      await tx.put('spans', conversation, { spans, at: this.now() } satisfies Cover);
      await this.makeRoom(tx, frames.length);
    });
  }

  /** Of which life of the server's store the frames are; empty: that was never said. */
  epoch(): Promise<string> {
    return this.tables.run('readonly', ['values'], async (tx) => (await tx.get<string>('values', EPOCH)) ?? '');
  }

  /** Another life of the server's store: its numbers stand for other frames. True where there were any to drop. */
  begin(epoch: string): Promise<boolean> {
    return this.tables.run('readwrite', ['frames', 'spans', 'values'], async (tx) => {
      const before = (await tx.get<string>('values', EPOCH)) ?? '';
      if (before === epoch) return false;
      await tx.put('values', EPOCH, epoch);
      if (before === '') return false;
      for (const [name] of await tx.all<Cover>('spans')) await tx.delete('spans', name);
      await tx.deleteRange('frames', ['', 0], ['\uffff', Infinity]);
      this.estimate = undefined;
      return true;
    });
  }

  /** Takes the text of a recalled message away. */
  bury(conversation: string, seq: number, id: string): Promise<void> {
    return this.tables.run('readwrite', ['frames'], async (tx) => {
      const frame = await tx.get<Frame>('frames', [conversation, seq]);
      if (frame?.id !== id) return;
      await tx.put('frames', [conversation, seq], recalled(frame));
    });
  }

  /** `atHead`: what is covered last reaches up to the newest frame there is. */
  page(conversation: string, range: Range, atHead: boolean): Promise<Cached> {
    return this.tables.run('readonly', ['frames', 'spans'], async (tx) => {
      const { spans } = await coverOf(tx, conversation);
      return range.after === undefined
        ? older(tx, conversation, spans, range, atHead)
        : newer(tx, conversation, spans, range, atHead);
    });
  }

  /** Whatever is there, holes or not. */
  anything(conversation: string, { before, after, limit }: Range): Promise<Frame[]> {
    return this.tables.run('readonly', ['frames'], async (tx) => {
      const lower: Key = [conversation, (after ?? 0) + 1];
      const upper: Key = [conversation, before === undefined ? Infinity : before - 1];
      if (compareSeq(lower, upper) > 0) return [];
      const frames = await tx.scan<Frame>('frames', { lower, upper, limit, descending: after === undefined });
      return after === undefined ? frames.reverse() : frames;
    });
  }

  /** What lies above a seq, for each of many conversations, holes or not. */
  above(places: [string, number][], limit: number): Promise<Frame[][]> {
    return this.tables.run('readonly', ['frames'], (tx) => {
      const scan = ([name, seq]: [string, number]): Promise<Frame[]> =>
        tx.scan('frames', { lower: [name, seq + 1], upper: [name, Infinity], limit });
      return Promise.all(places.map(scan));
    });
  }

  top(conversation: string): Promise<number> {
    return this.tables.run('readonly', ['spans'], async (tx) => {
      const { spans } = await coverOf(tx, conversation);
      return spans[spans.length - 1]?.[1] ?? 0;
    });
  }

  /**
   * The conversations that were touched longest ago lose their frames first; one that fills all the room its oldest.
   */
  private async makeRoom(tx: Transaction, added: number): Promise<void> {
    if (this.estimate !== undefined && this.estimate + added <= this.most) {
      this.estimate += added;
      return;
    }
    let count = await tx.count('frames');
    if (count > this.most) {
      const covers = (await tx.all<Cover>('spans')).sort(([, a], [, b]) => a.at - b.at);
      for (const [name] of covers.slice(0, -1)) {
        if (count <= this.most * ROOM) break;
        await tx.deleteRange('frames', [name as string, 0], [name as string, Infinity]);
        await tx.delete('spans', name);
        count = await tx.count('frames');
      }
      const [last] = covers.slice(-1);
      if (last && count > this.most) count = await this.shorten(tx, last[0] as string, last[1], count);
    }
    this.estimate = count;
  }

  private async shorten(tx: Transaction, name: string, cover: Cover, count: number): Promise<number> {
    const surplus = count - Math.floor(this.most * ROOM);
    const oldest = await tx.scan<Frame>('frames', { lower: [name, 0], upper: [name, Infinity], limit: surplus });
    const last = oldest[oldest.length - 1]?.seq ?? 0;
    await tx.deleteRange('frames', [name, 0], [name, last]);
    await tx.put('spans', name, { spans: cutBelow(cover.spans, last + 1), at: cover.at } satisfies Cover);
    return count - oldest.length;
  }
}

async function coverOf(tx: Transaction, conversation: string): Promise<Cover> {
  return (await tx.get<Cover>('spans', conversation)) ?? { spans: [], at: 0 };
}

/** The page that ends below `before`, or at the head. */
async function older(
  tx: Transaction,
  conversation: string,
  spans: Span[],
  range: Range,
  atHead: boolean,
): Promise<Cached> {
  const { before, limit } = range;
  if (before !== undefined && before <= 1) return { frames: [], covered: true, more: false };
  const span = before === undefined ? (atHead ? spans[spans.length - 1] : undefined) : spanWith(spans, before - 1);
  if (!span) return { frames: [], covered: false, more: true };
  const upper: Key = [conversation, before === undefined ? span[1] : before - 1];
  const lower: Key = [conversation, span[0]];
  const found = await tx.scan<Frame>('frames', { lower, upper, limit: limit + 1, descending: true });
  const frames = found.slice(0, limit).reverse();
  const atBottom = span[0] <= 1;
  return { frames, covered: found.length >= limit || atBottom, more: found.length > limit || !atBottom };
}

/** The page that begins above `after`. */
async function newer(
  tx: Transaction,
  conversation: string,
  spans: Span[],
  range: Range,
  atHead: boolean,
): Promise<Cached> {
  const after = range.after ?? 0;
  const last = spans[spans.length - 1];
  if (atHead && last && after >= last[1]) return { frames: [], covered: true, more: false };
  const span = spanWith(spans, after + 1);
  if (!span) return { frames: [], covered: false, more: true };
  const bounds = { lower: [conversation, after + 1] satisfies Key, upper: [conversation, span[1]] satisfies Key };
  const found = await tx.scan<Frame>('frames', { ...bounds, limit: range.limit + 1 });
  const frames = found.slice(0, range.limit);
  const toHead = atHead && span === last;
  return { frames, covered: found.length >= range.limit || toHead, more: found.length > range.limit || !toHead };
}

function compareSeq(lower: Key, upper: Key): number {
  return (lower as [string, number])[1] - (upper as [string, number])[1];
}
