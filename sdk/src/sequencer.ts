import type { FrameSource } from './surface.js';
import type { Frame } from './types.js';

/** How many ids are remembered to know repeats by. Below what is forgotten, a conversation's frames count as known. */
export const MOST_SEEN = 50_000;
export const MOST_TRACKS = 10_000;

export interface Arrival {
  frame: Frame;
  source: FrameSource;
}

/** Frames that are due, in order, and the seqs that they settle. */
export interface Due {
  conversation: string;
  arrivals: Arrival[];
  span: [number, number] | null;
  /** Everything up to here is settled. */
  have: number;
  /** A repeat of something known that says news about it: it was recalled. */
  repeat?: Frame;
}

/** All up to `have` is settled; what waits above the hole lies between `bottom` and `top`. */
export interface Hole {
  have: number;
  bottom: number;
  top: number;
}

interface Place {
  conversation: string;
  seq: number;
}

interface Track {
  have: number;
  held: Map<number, Arrival>;
}

/** Puts the frames of each conversation in order, and lets each id pass once. Decides only; delivers nothing. */
export class Sequencer {
  private readonly tracks = new Map<string, Track>();
  private readonly seen = new Map<string, Place>();
  private readonly floors = new Map<string, number>();

  constructor(private readonly mostSeen = MOST_SEEN) {}

  accept(frame: Frame, source: FrameSource): Due {
    const { conversation, seq } = frame;
    const track = this.track(conversation, seq - 1);
    if (this.knows(frame)) return this.advance(track, conversation, seq === track.have + 1 ? seq : track.have);
    if (seq <= track.have) {
      // Numbered before and late all the same: it is shown at its place.
      return this.due(track, conversation, [this.mark({ frame, source })], [seq, seq]);
    }
    track.held.set(seq, { frame, source });
    return this.advance(track, conversation, track.have);
  }

  /** History has answered: what it does not have up to `through` does not exist. */
  settle(conversation: string, frames: Frame[], through: number): Due {
    const track = this.track(conversation, through);
    for (const frame of frames) {
      const open = frame.seq > track.have && !track.held.has(frame.seq) && !this.knows(frame);
      if (open) track.held.set(frame.seq, { frame, source: 'history' });
    }
    return this.advance(track, conversation, Math.max(track.have, through));
  }

  /** Takes over what another tab has put in order. */
  observe(conversation: string, frames: Frame[], source: FrameSource): Due {
    const first = frames[0]?.seq ?? 1;
    const track = this.track(conversation, first - 1);
    const fresh = frames.filter((frame) => !this.knows(frame)).map((frame) => this.mark({ frame, source }));
    const last = frames[frames.length - 1]?.seq ?? 0;
    track.have = Math.max(track.have, last);
    for (const seq of track.held.keys()) if (seq <= track.have) track.held.delete(seq);
    return this.due(track, conversation, fresh, fresh.length > 0 ? [first, last] : null);
  }

  knows(frame: Frame): boolean {
    return this.seen.has(frame.id) || frame.seq <= (this.floors.get(frame.conversation) ?? 0);
  }

  /** Known, or waiting for a hole below it to close. */
  expects(frame: Frame): boolean {
    return this.knows(frame) || this.tracks.get(frame.conversation)?.held.get(frame.seq) !== undefined;
  }

  /** Leaves a hole open for good, and goes on above it. */
  skip(conversation: string): Due {
    const hole = this.hole(conversation);
    const track = this.track(conversation, 0);
    if (hole) track.have = hole.bottom - 1;
    return this.advance(track, conversation, track.have);
  }

  hole(conversation: string): Hole | null {
    const track = this.tracks.get(conversation);
    if (!track || track.held.size === 0) return null;
    const waiting = [...track.held.keys()];
    return { have: track.have, bottom: Math.min(...waiting), top: Math.max(...waiting) };
  }

  holes(): string[] {
    return [...this.tracks].filter(([, track]) => track.held.size > 0).map(([conversation]) => conversation);
  }

  get heldCount(): number {
    let count = 0;
    for (const track of this.tracks.values()) count += track.held.size;
    return count;
  }

  /** What lies between is not to be had: each conversation goes on with the next frame that comes. */
  forget(): void {
    for (const [conversation, track] of this.tracks) if (track.held.size === 0) this.tracks.delete(conversation);
  }

  /** The server's numbers stand for other frames than before. */
  startOver(): void {
    this.tracks.clear();
    this.seen.clear();
    this.floors.clear();
  }

  private track(conversation: string, have: number): Track {
    let track = this.tracks.get(conversation);
    if (track) return track;
    track = { have, held: new Map() };
    this.tracks.set(conversation, track);
    if (this.tracks.size > MOST_TRACKS) this.dropTrack();
    return track;
  }

  private dropTrack(): void {
    for (const [conversation, track] of this.tracks) {
      if (track.held.size > 0) continue;
      this.tracks.delete(conversation);
      this.floors.delete(conversation);
      return;
    }
  }

  /** Everything up to `settled` is due, and what follows it without a hole. */
  private advance(track: Track, conversation: string, settled: number): Due {
    const from = track.have + 1;
    const arrivals: Arrival[] = [];
    const below = [...track.held.keys()].filter((seq) => seq <= settled).sort((a, b) => a - b);
    for (const seq of below) arrivals.push(this.take(track, seq));
    track.have = settled;
    while (track.held.has(track.have + 1)) arrivals.push(this.take(track, ++track.have));
    return this.due(track, conversation, arrivals, track.have >= from ? [from, track.have] : null);
  }

  private take(track: Track, seq: number): Arrival {
    const arrival = track.held.get(seq) as Arrival;
    track.held.delete(seq);
    return this.mark(arrival);
  }

  private mark(arrival: Arrival): Arrival {
    const { frame } = arrival;
    this.seen.set(frame.id, { conversation: frame.conversation, seq: frame.seq });
    if (this.seen.size > this.mostSeen) {
      const [id, oldest] = this.seen.entries().next().value as [string, Place];
      this.seen.delete(id);
      const floor = this.floors.get(oldest.conversation) ?? 0;
      this.floors.set(oldest.conversation, Math.max(floor, oldest.seq));
    }
    return arrival;
  }

  private due(track: Track, conversation: string, arrivals: Arrival[], span: [number, number] | null): Due {
    return { conversation, arrivals, span, have: track.have };
  }
}
