import type { Due } from './sequencer.js';

/** Frames that wait for handlers at most; whoever adds beyond it has to stop reading. */
export const MOST_QUEUED = 10_000;

/**
 * One after the other, whatever connection they came by: a batch begins when the handlers of the one before are done.
 */
export class Delivery {
  private readonly queue: Due[] = [];
  private running: Promise<void> | undefined;
  private frames = 0;

  constructor(private readonly deliver: (due: Due) => Promise<void>) {}

  add(due: Due): void {
    this.queue.push(due);
    this.frames += due.arrivals.length;
    this.running ??= Promise.resolve().then(() => this.run());
  }

  /** Frames that are not yet handed over, those of the batch in hand included. */
  get depth(): number {
    return this.frames;
  }

  /** Resolves when everything that was added is handed over. */
  async idle(): Promise<void> {
    while (this.running) await this.running;
  }

  private async run(): Promise<void> {
    for (let due = this.queue.shift(); due; due = this.queue.shift()) {
      // The next batches of the same conversation go along: a backlog is handed over in few large pieces.
      for (let next = this.queue[0]; next && joins(due, next); next = this.queue[0]) due = join(due, this.take());
      await this.deliver(due);
      this.frames -= due.arrivals.length;
    }
    this.running = undefined;
  }

  private take(): Due {
    return this.queue.shift() as Due;
  }
}

const LARGEST = 1000;

function joins(due: Due, next: Due): boolean {
  if (due.conversation !== next.conversation || due.arrivals.length + next.arrivals.length > LARGEST) return false;
  const [, end] = due.span ?? [0, due.have];
  return due.span !== null && next.span !== null && next.span[0] === end + 1;
}

function join(due: Due, next: Due): Due {
  const span: [number, number] = [(due.span as [number, number])[0], (next.span as [number, number])[1]];
  return { conversation: due.conversation, arrivals: [...due.arrivals, ...next.arrivals], span, have: next.have };
}
