import type { GodwitApi } from './api.js';
import type { Clock } from './clock.js';
import { GodwitError } from './errors.js';

/** At most two calls a second. */
export const READ_MS = 500;
const RETRY_MS = 5000;
export const MOST_READS = 1000;

/** Tells the server what was read: the highest of each conversation, in few calls, again where the line was down. */
export class Reads {
  private readonly due = new Map<string, number>();
  private readonly told = new Map<string, number>();
  private timer: unknown;
  private busy = false;
  private freeAt = 0;
  private closed = false;

  constructor(
    private readonly api: GodwitApi,
    private readonly clock: Clock,
  ) {}

  /** False where it was known already. */
  mark(conversation: string, seq: number): boolean {
    if (seq <= Math.max(this.told.get(conversation) ?? 0, this.due.get(conversation) ?? 0)) return false;
    this.due.set(conversation, seq);
    if (this.due.size > MOST_READS) this.due.delete(this.due.keys().next().value as string);
    this.arm();
    return true;
  }

  /** The line is back. */
  kick(): void {
    this.clock.clearTimeout(this.timer);
    this.timer = undefined;
    this.arm();
  }

  close(): void {
    this.closed = true;
    this.clock.clearTimeout(this.timer);
  }

  private arm(): void {
    if (this.closed || this.busy || this.timer !== undefined || this.due.size === 0) return;
    const ms = Math.max(0, this.freeAt - this.clock.now());
    this.timer = this.clock.setTimeout(() => void this.tell(), ms);
  }

  private async tell(): Promise<void> {
    this.timer = undefined;
    const [first] = this.due;
    if (!first) return;
    const [conversation, seq] = first;
    this.busy = true;
    this.freeAt = this.clock.now() + READ_MS;
    try {
      await this.api.markRead(conversation, seq);
      this.settle(conversation, seq);
    } catch (error) {
      if (error instanceof GodwitError && error.retryable)
        this.freeAt = this.clock.now() + (error.retryAfterMs ?? RETRY_MS);
      else this.settle(conversation, seq);
    }
    this.busy = false;
    this.arm();
  }

  private settle(conversation: string, seq: number): void {
    if (this.due.get(conversation) === seq) this.due.delete(conversation);
    this.told.delete(conversation);
    this.told.set(conversation, seq);
    if (this.told.size > MOST_READS) this.told.delete(this.told.keys().next().value as string);
  }
}
