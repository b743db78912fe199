import type { Clock } from './clock.js';

export const ACK_MS = 200;

/** Tells the server what has arrived: one 301 for many frames, at most five rounds a second. */
export class Acks {
  private readonly due = new Map<string, number>();
  private timer: unknown;
  private heldBack = false;

  /** `send` answers whether it could; what could not be sent is asked again by the server's next inbox. */
  constructor(
    private readonly clock: Clock,
    private readonly send: (conversation: string, seq: number) => boolean,
  ) {}

  note(conversation: string, seq: number): void {
    if (seq <= 0) return;
    this.due.set(conversation, Math.max(this.due.get(conversation) ?? 0, seq));
    if (!this.heldBack) this.timer ??= this.clock.setTimeout(() => this.flush(), ACK_MS);
  }

  /** While the inbox is pulled: an acknowledgement in between would move what the cursor stands on. */
  holdBack(): void {
    this.heldBack = true;
    this.stopTimer();
  }

  release(): void {
    this.heldBack = false;
    if (this.due.size > 0) this.timer ??= this.clock.setTimeout(() => this.flush(), ACK_MS);
  }

  flush(): void {
    this.stopTimer();
    if (this.heldBack) return;
    for (const [conversation, seq] of this.due) {
      if (!this.send(conversation, seq)) return;
      this.due.delete(conversation);
    }
  }

  private stopTimer(): void {
    this.clock.clearTimeout(this.timer);
    this.timer = undefined;
  }
}
