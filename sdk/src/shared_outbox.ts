import type { Clock } from './clock.js';
import { Forwarding } from './forwarding.js';
import { Outbox, type OutboxHost } from './outbox.js';
import type { ConnectionState, Draft, EndReason, Outgoing } from './surface.js';
import type { TabMessage } from './tabs.js';

const POST_MS = 50;
/** Ends of a login: nothing can be sent with it any more. After the others only the socket is gone. */
const DEAD: EndReason[] = ['expired', 'session_ended', 'unauthenticated', 'account_disabled'];

export interface SharedOutboxHost extends Omit<OutboxHost, 'changed'> {
  clock: Clock;
  isLeading(): boolean;
  post(message: TabMessage): void;
  emit(items: Outgoing[]): void;
  /** Resolves when the frames that have come are handed over. */
  delivered(): Promise<void>;
}

/**
 * The outbox as each tab has it: the leader's sends, the others' show the leader's list and give it what they are
 * told.
 */
export class SharedOutbox {
  private readonly outbox: Outbox;
  private readonly forwarding = new Forwarding();
  private timer: unknown;
  private loading: Promise<void> = Promise.resolve();
  private ownsLeftovers = false;
  private latest: Outgoing[] = [];

  constructor(private readonly host: SharedOutboxHost) {
    this.outbox = new Outbox({ ...host, changed: (items) => this.changed(items) });
  }

  get items(): Outgoing[] {
    return this.outbox.items;
  }

  send(draft: Draft): Outgoing {
    const { item, stored } = this.outbox.add(draft);
    if (this.host.isLeading()) return item;
    this.forwarding.add(item);
    // Not before it is stored: the leader's removal must not come before this tab's writing.
    void stored.then(() => this.forward([item]));
    return item;
  }

  retry(clientId: string): void {
    if (!this.host.isLeading()) this.host.post({ kind: 'retry', clientId });
    this.outbox.retry(clientId);
  }

  discard(clientId: string): void {
    this.forwarding.done(clientId);
    if (!this.host.isLeading()) this.host.post({ kind: 'discard', clientId });
    this.outbox.discard(clientId);
  }

  settled(clientId: string): void {
    this.forwarding.done(clientId);
    this.outbox.settled(clientId);
  }

  /** This tab is the one among all of the account, whatever their session, that sends what earlier runs left. */
  adoptLeftovers(): void {
    this.ownsLeftovers = true;
    this.loading = this.outbox.load();
  }

  /** What was not sent may be sent now; called once the inbox was pulled, or could not be. */
  async go(): Promise<void> {
    if (this.ownsLeftovers) this.adoptLeftovers();
    await this.loading;
    if (this.host.isLeading()) this.outbox.start();
  }

  stateChanged(state: ConnectionState): void {
    const dead = state.status === 'ended' && DEAD.includes(state.reason as EndReason);
    if (dead) this.outbox.stop();
    else if (this.host.isLeading() && (state.status === 'waiting' || state.status === 'ended')) void this.go();
  }

  /** Another tab sends from here on. */
  demote(): void {
    this.ownsLeftovers = false;
    this.outbox.stop();
    this.forward(this.outbox.items);
  }

  kick(): void {
    this.outbox.kick();
  }

  stop(): void {
    this.host.clock.clearTimeout(this.timer);
    this.outbox.stop();
  }

  /** Tells the other tabs the whole list, soon. */
  tell(): void {
    this.timer ??= this.host.clock.setTimeout(() => {
      this.timer = undefined;
      if (this.host.isLeading()) this.host.post({ kind: 'outbox', items: this.outbox.items });
    }, POST_MS);
  }

  heard(message: TabMessage): void {
    const leading = this.host.isLeading();
    if (message.kind === 'leader') this.forward(this.forwarding.items);
    if (message.kind === 'outbox' && !leading) void this.mirror(message.items);
    if (!leading) return;
    if (message.kind === 'send') this.outbox.merge(message.items);
    if (message.kind === 'retry') this.outbox.retry(message.clientId);
    if (message.kind === 'discard') this.outbox.discard(message.clientId);
  }

  private forward(items: Outgoing[]): void {
    if (items.length === 0) return;
    // The lead may have come to this tab meanwhile.
    if (this.host.isLeading()) this.outbox.merge(items);
    else this.host.post({ kind: 'send', items });
  }

  private async mirror(items: Outgoing[]): Promise<void> {
    this.latest = items;
    await this.host.delivered();
    if (this.host.isLeading() || this.latest !== items) return;
    this.outbox.mirror(this.forwarding.merge(items));
  }

  private changed(items: Outgoing[]): void {
    this.host.emit(items);
    if (this.host.isLeading()) this.tell();
  }
}
