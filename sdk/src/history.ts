import type { GodwitApi } from './api.js';
import { within, type Clock } from './clock.js';
import { GodwitError } from './errors.js';
import type { FrameCache, Range } from './storage/cache.js';
import type { Span } from './storage/spans.js';
import type { HistoryPage } from './surface.js';
import type { Frame, HistoryQuery, Page } from './types.js';

const MOST = 200;
const USUAL = 50;
/** How long the server may take where the connection is down and the cache has something to show instead. */
const IMPATIENT_MS = 4000;

export interface HistoryHost {
  api: GodwitApi;
  clock: Clock;
  cache: FrameCache;
  /** Caught up, and told of everything new. */
  live: () => boolean;
  onLine: () => boolean;
  /** Takes the texts of recalled messages out. */
  scrub(frames: Frame[]): Frame[];
}

/** Pages of a conversation, from the cache where it covers them, else from the server. */
export class History {
  /** Conversations whose newest cached frame is the newest there is, as long as the client is live. */
  private readonly atHead = new Set<string>();
  private epoch = 0;

  constructor(private readonly host: HistoryHost) {}

  /** Something may have been missed. */
  reset(): void {
    this.epoch += 1;
    this.atHead.clear();
  }

  async page(conversation: string, asked: { before?: number; after?: number; limit?: number }): Promise<HistoryPage> {
    const { cache } = this.host;
    const limit = Math.min(MOST, Math.max(1, Math.floor(asked.limit ?? USUAL)));
    const range: Range = { before: asked.before, after: asked.after, limit };
    const { frames, more, covered } = await cache.page(
      conversation,
      range,
      this.host.live() && this.atHead.has(conversation),
    );
    if (covered) return { frames, more };
    const left = await cache.anything(conversation, range);
    try {
      return await this.fetch(conversation, range, left.length > 0);
    } catch (error) {
      const offline = error instanceof GodwitError && error.retryable && left.length > 0;
      if (!offline) throw error;
      return { frames: left, more: left.length === limit || (range.after === undefined && (left[0]?.seq ?? 1) > 1) };
    }
  }

  private async fetch(conversation: string, range: Range, spare: boolean): Promise<HistoryPage> {
    const { api, cache, clock } = this.host;
    if (spare && !this.host.onLine()) throw new GodwitError({ code: 'network', retryable: true });
    const { epoch } = this;
    const live = this.host.live();
    const query: HistoryQuery = { limit: range.limit };
    if (range.before !== undefined) query.before = range.before;
    if (range.after !== undefined) query.after = range.after;
    const call = api.history(conversation, query);
    const page = spare && !live ? await within(clock, IMPATIENT_MS, call, null) : await call;
    if (!page) throw new GodwitError({ code: 'timeout', retryable: true });
    const frames = this.host.scrub(page.items);
    await cache.save(conversation, frames, spanOf(range, page));
    if (live && epoch === this.epoch) await this.noteHead(conversation, range, page);
    return { frames, more: page.next !== null };
  }

  private async noteHead(conversation: string, range: Range, page: Page<Frame>): Promise<void> {
    const reachesHead = range.after === undefined ? range.before === undefined : page.next === null;
    const head = page.items[page.items.length - 1]?.seq ?? range.after ?? 0;
    if (!reachesHead || (await this.host.cache.top(conversation)) < head) return;
    this.atHead.add(conversation);
  }
}

/** The seqs about which this page says everything. */
function spanOf(range: Range, { items, next }: Page<Frame>): Span | null {
  const last = items[items.length - 1]?.seq;
  if (range.after !== undefined) return last === undefined ? null : [range.after + 1, last];
  const high = range.before === undefined ? last : range.before - 1;
  const low = next === null ? 1 : items[0]?.seq;
  return high === undefined || low === undefined || low > high ? null : [low, high];
}
