import type { Acks } from './acks.js';
import type { GodwitApi } from './api.js';
import { fullJitter } from './backoff.js';
import { pause, type Clock } from './clock.js';
import { Delivery, MOST_QUEUED } from './delivery.js';
import { GodwitError } from './errors.js';
import { Sequencer, type Arrival, type Due } from './sequencer.js';
import type { FrameCache } from './storage/cache.js';
import type { FrameSource } from './surface.js';
import type { Frame, InboxPage } from './types.js';

/** How long an overtaken push has to arrive before history is asked. */
export const OVERTAKEN_MS = 300;
/** A hole of more seqs is not filled: `reset` tells to read history again. */
export const MOST_HOLE = 1000;
const TRIES = 5;
const HISTORY_LAG_TRIES = 3;

export interface ReceiverHost {
  api: GodwitApi;
  clock: Clock;
  random: () => number;
  acks: Acks;
  cache: Pick<FrameCache, 'epoch' | 'begin'>;
  deliver(due: Due): Promise<void>;
  /** More waits than may: the connection has to end and start over. */
  overflow(): void;
  reset(): void;
}

/**
 * Everything that arrives goes through here: pushes, the inbox, answers to own sends. Each conversation in order, each
 * id once.
 */
export class Receiver {
  readonly sequencer = new Sequencer();
  readonly delivery: Delivery;
  /** What comes while the inbox is pulled, to go behind it. */
  private pending: Arrival[] = [];
  private pulling = 0;
  private lastPull: Promise<unknown> = Promise.resolve();
  private readonly timers = new Map<string, unknown>();
  private readonly filling = new Set<string>();
  private missing = false;
  private closed = false;

  constructor(private readonly host: ReceiverHost) {
    this.delivery = new Delivery((due) => host.deliver(due));
  }

  /** A push, or the answer to an own send. */
  receive(frame: Frame, source: FrameSource): void {
    if (this.closed) return;
    if (this.pulling > 0) this.pending.push({ frame, source });
    else this.accept(frame, source);
    if (this.pending.length + this.delivery.depth + this.sequencer.heldCount > MOST_QUEUED) {
      this.dropPushes();
      this.host.overflow();
    }
  }

  /** What another tab has put in order. */
  observe(conversation: string, frames: Frame[], source: FrameSource): void {
    if (this.delivery.depth + frames.length > MOST_QUEUED) return this.missed();
    this.delivery.add(this.sequencer.observe(conversation, frames, source));
  }

  /**
   * Pulls the inbox to its end and answers whether it was complete. One pull after the other: a new connection waits
   * for the old one's.
   */
  pull(signal: AbortSignal): Promise<boolean> {
    this.pulling += 1;
    this.host.acks.holdBack();
    const pull = this.lastPull.then(() => this.pullPages(signal)).finally(() => this.pulled(signal));
    this.lastPull = pull.catch(() => undefined);
    return pull;
  }

  close(): void {
    this.closed = true;
    this.pending = [];
    for (const timer of this.timers.values()) this.host.clock.clearTimeout(timer);
    this.timers.clear();
  }

  /** This tab is too slow for the one that leads: what it does not take now, it reads in history. */
  private missed(): void {
    if (this.missing) return;
    this.missing = true;
    void this.delivery.idle().then(() => {
      this.missing = false;
      this.host.reset();
    });
  }

  /** True where the frame has not come by any way yet. */
  isNews(frame: Frame): boolean {
    return !this.sequencer.expects(frame) && !this.pending.some((arrival) => arrival.frame.id === frame.id);
  }

  private async pullPages(signal: AbortSignal): Promise<boolean> {
    await this.delivery.idle();
    let complete = true;
    for (let cursor: string | null = ''; cursor !== null;) {
      const query = cursor ? { limit: 1000, cursor } : { limit: 1000, epoch: await this.host.cache.epoch() };
      const page: InboxPage = await this.retried(() => this.host.api.offline(query, signal), signal);
      if (await this.host.cache.begin(page.epoch)) this.sequencer.startOver();
      if (!page.complete && complete) this.sequencer.forget();
      complete &&= page.complete;
      for (const frame of grouped(page.items)) this.accept(frame, 'inbox');
      for (const conversation of this.sequencer.holes()) {
        await this.retried(() => this.fill(conversation, signal), signal);
      }
      await this.delivery.idle();
      cursor = page.next;
    }
    return complete;
  }

  private pulled(signal: AbortSignal): void {
    this.pulling -= 1;
    if (this.pulling > 0 || this.closed) return;
    // Pushes of a connection that is gone come again with the next inbox; answers to own sends do not.
    if (signal.aborted) this.dropPushes();
    const pending = this.pending;
    this.pending = [];
    for (const { frame, source } of pending) this.accept(frame, source);
    for (const conversation of this.sequencer.holes()) this.watch(conversation);
    this.host.acks.release();
  }

  private dropPushes(): void {
    this.pending = this.pending.filter((arrival) => arrival.source === 'sent');
  }

  private accept(frame: Frame, source: FrameSource): void {
    const known = this.sequencer.knows(frame);
    const due = this.sequencer.accept(frame, source);
    // A repeat is acknowledged again: its first acknowledgement may have been lost.
    if (known || due.span !== null) this.delivery.add(due);
    if (known && frame.recalled) this.delivery.add({ ...due, arrivals: [], span: null, repeat: frame });
    if (this.pulling === 0) this.watch(frame.conversation);
  }

  private watch(conversation: string, ms = OVERTAKEN_MS): void {
    if (this.timers.has(conversation) || this.closed || !this.sequencer.hole(conversation)) return;
    const look = (): void => {
      this.timers.delete(conversation);
      if (this.pulling > 0 || this.closed) return;
      this.fill(conversation).catch(() => this.watch(conversation, 2000 + this.host.random() * 2000));
    };
    this.timers.set(conversation, this.host.clock.setTimeout(look, ms));
  }

  /** Asks history about a hole until there is none. */
  private async fill(conversation: string, signal?: AbortSignal): Promise<void> {
    if (this.filling.has(conversation)) return;
    this.filling.add(conversation);
    try {
      for (let lag = 0; this.sequencer.hole(conversation) && !this.closed;) {
        if (await this.fillPage(conversation, lag < HISTORY_LAG_TRIES, signal)) lag = 0;
        else lag += 1;
      }
    } finally {
      this.filling.delete(conversation);
    }
  }

  /** False where history is behind the push that showed the hole and may know more in a moment. */
  private async fillPage(conversation: string, mayWait: boolean, signal?: AbortSignal): Promise<boolean> {
    const hole = this.sequencer.hole(conversation);
    if (!hole) return true;
    if (hole.bottom - hole.have > MOST_HOLE) {
      this.delivery.add(this.sequencer.skip(conversation));
      this.host.reset();
      return true;
    }
    const { items, next } = await this.historyAfter(conversation, hole.have, signal);
    const last = items[items.length - 1]?.seq ?? hole.have;
    if (next === null && last < hole.top && mayWait) {
      await pause(this.host.clock, OVERTAKEN_MS, signal);
      return false;
    }
    const through = next === null || last <= hole.have ? Math.max(hole.top, last) : last;
    this.delivery.add(this.sequencer.settle(conversation, items, through));
    return true;
  }

  private async historyAfter(conversation: string, after: number, signal?: AbortSignal) {
    try {
      return await this.host.api.history(conversation, { after, limit: 200 }, signal);
    } catch (error) {
      // A conversation that may no longer be read has nothing to fill its holes with.
      if (error instanceof GodwitError && (error.status === 403 || error.status === 404))
        return { items: [], next: null };
      throw error;
    }
  }

  private async retried<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        signal.throwIfAborted();
        return await work();
      } catch (error) {
        if (signal.aborted || !(error instanceof GodwitError) || !error.retryable || attempt >= TRIES) throw error;
        const ms = Math.max(fullJitter(attempt, this.host.random), error.retryAfterMs ?? 0);
        await pause(this.host.clock, ms, signal);
      }
    }
  }
}

/** Conversation by conversation, in the order in which they first occur. */
function grouped(frames: Frame[]): Frame[] {
  const groups = new Map<string, Frame[]>();
  for (const frame of frames) {
    const group = groups.get(frame.conversation);
    if (group) group.push(frame);
    else groups.set(frame.conversation, [frame]);
  }
  return [...groups.values()].flat();
}
