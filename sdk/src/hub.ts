import { Acks } from './acks.js';
import type { Emitter } from './emitter.js';
import { Leader, type LeaderHost } from './leader.js';
import { Recalls } from './recalls.js';
import { Receiver } from './receiver.js';
import type { Due } from './sequencer.js';
import type { AccountStorage } from './storage/account.js';
import type { FrameCache } from './storage/cache.js';
import type { ClientEvents, ConnectionState, FrameSource } from './surface.js';
import type { Tabs, TabMessage } from './tabs.js';
import { FrameType, type Frame } from './types.js';

type Parts = Pick<LeaderHost, 'api' | 'clock' | 'random' | 'login' | 'socketUrl' | 'WebSocket' | 'onLine'>;

export interface HubHost extends Parts {
  emitter: Emitter;
  storage: AccountStorage;
  cache: FrameCache;
  tabs: () => Tabs;
  stateChanged(state: ConnectionState): void;
  caughtUp(): void;
  /** What is known may have holes. */
  reset(): void;
  read(conversation: string, seq: number, reader: string): void;
  /** A frame with this clientId was handed over. */
  settled(clientId: string): void;
}

type Shared = 'recalled' | 'read' | 'typing' | 'presence' | 'caughtUp' | 'reset';

/** Brings what happens to this tab's handlers: from the socket where this tab leads, from the leading tab where not. */
export class Hub {
  readonly receiver: Receiver;
  readonly leader: Leader;
  readonly recalls = new Recalls();
  readonly acks: Acks;
  state: ConnectionState = { status: 'connecting', attempt: 0 };
  /** Caught up, and told of everything new. */
  live = false;
  leading = false;

  constructor(private readonly host: HubHost) {
    const { api, clock, random } = host;
    this.acks = new Acks(clock, (conversation, seq) => this.leader.acknowledge(conversation, seq));
    this.receiver = new Receiver({
      api,
      clock,
      random,
      acks: this.acks,
      cache: host.cache,
      deliver: (due) => this.deliver(due),
      overflow: () => this.leader.drop(),
      reset: () => this.reset(),
    });
    this.leader = new Leader({
      ...host,
      receiver: this.receiver,
      acks: this.acks,
      state: (state) => this.setState(state, false),
      caughtUp: (complete) => this.caughtUp(complete),
      publish: (name, payload) => this.publish(name, payload),
    });
  }

  lead(): void {
    this.leading = true;
    this.host.tabs().post({ kind: 'leader' });
    this.leader.start();
  }

  /** Another tab leads from here on. */
  demote(): void {
    this.leading = false;
    this.leader.stop();
    this.setState({ status: 'standby', attempt: 0 }, false);
    this.host.tabs().post({ kind: 'hello' });
  }

  setState(state: ConnectionState, live: boolean): void {
    const same = JSON.stringify(state) === JSON.stringify(this.state);
    this.live = live;
    this.state = state;
    if (this.leading) this.host.tabs().post({ kind: 'state', state, live });
    this.host.stateChanged(state);
    if (!same) void this.host.emitter.emit('state', state);
  }

  /** To this tab's handlers and to the other tabs'. */
  publish<E extends Shared>(name: E, payload: ClientEvents[E]): void {
    this.host.tabs().post({ kind: 'event', name, payload });
    this.take(name, payload);
  }

  /** The answer to an own send. */
  sent(frame: Frame): void {
    if (this.receiver.sequencer.knows(frame)) this.host.settled(frame.clientId ?? '');
    else this.receiver.receive(frame, 'sent');
  }

  /** Another tab asks how things are. */
  introduce(): void {
    if (!this.leading) return;
    this.host.tabs().post({ kind: 'state', state: this.state, live: this.live });
    this.host.tabs().post({ kind: 'online', keys: this.leader.presence.keys });
  }

  heard(message: TabMessage): void {
    if (message.kind === 'event') return this.take(message.name as Shared, message.payload as ClientEvents[Shared]);
    if (this.leading) return;
    if (message.kind === 'state') this.setState(message.state, message.live);
    if (message.kind === 'frames') this.receiver.observe(message.conversation, message.frames, message.source);
    if (message.kind !== 'online') return;
    for (const key of message.keys) this.take('presence', { key, online: true });
  }

  private take<E extends Shared>(name: E, payload: ClientEvents[E]): void {
    if (name === 'recalled') return this.recall(payload as ClientEvents['recalled']);
    if (name === 'reset') this.host.reset();
    if (name === 'read') {
      const { conversation, seq, reader } = payload as ClientEvents['read'];
      this.host.read(conversation, seq, reader);
    }
    void this.host.emitter.emit(name, payload);
  }

  private caughtUp(complete: boolean): void {
    this.setState(this.state, true);
    this.publish('caughtUp', { complete });
    if (!complete) this.reset();
    this.host.caughtUp();
  }

  private reset(): void {
    this.publish('reset', {});
  }

  /** Stored first, then shown, then acknowledged. */
  private async deliver(due: Due): Promise<void> {
    const { conversation, span, repeat } = due;
    const frames = this.recalls.scrub(due.arrivals.map((arrival) => arrival.frame));
    const saves = this.leading || !this.host.storage.shared;
    if (saves && (frames.length > 0 || span)) await this.host.cache.save(conversation, frames, span);
    for (const batch of runs(due, frames)) await this.show(conversation, batch.frames, batch.source);
    if (repeat) this.publish('recalled', { conversation, id: repeat.id, seq: repeat.seq });
    if (this.leading) this.acks.note(conversation, due.have);
  }

  private async show(conversation: string, frames: Frame[], source: FrameSource): Promise<void> {
    if (this.leading) this.host.tabs().post({ kind: 'frames', conversation, frames, source });
    await this.host.emitter.emit('frames', { conversation, frames, source });
    for (const frame of frames) {
      const target = recallOf(frame);
      if (target) this.recall({ conversation, ...target });
      if (frame.clientId && frame.msgSender === this.host.login.user.key) this.host.settled(frame.clientId);
    }
  }

  private recall(recalled: ClientEvents['recalled']): void {
    if (!this.recalls.add(recalled.id)) return;
    void this.host.cache.bury(recalled.conversation, recalled.seq, recalled.id);
    void this.host.emitter.emit('recalled', recalled);
  }
}

/** What this frame says is recalled: by a 208 its target, by a tombstone itself. */
function recallOf(frame: Frame): { id: string; seq: number } | null {
  if (frame.recalled) return { id: frame.id, seq: frame.seq };
  return frame.type === FrameType.recalled && typeof frame.target === 'object' ? frame.target : null;
}

/** Neighbours that came the same way go together. */
function runs(due: Due, frames: Frame[]): { source: FrameSource; frames: Frame[] }[] {
  const batches: { source: FrameSource; frames: Frame[] }[] = [];
  due.arrivals.forEach(({ source }, at) => {
    const frame = frames[at] as Frame;
    const last = batches[batches.length - 1];
    if (last?.source === source) last.frames.push(frame);
    else batches.push({ source, frames: [frame] });
  });
  return batches;
}
