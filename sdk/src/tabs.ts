import type { ChannelLike, Platform } from './platform.js';
import type { ClientEvents, ConnectionState, FrameSource, Outgoing } from './surface.js';
import type { Frame, Login } from './types.js';

/**
 * What tabs of one session tell each other. Handlers of a message look at its kind and ignore what they do not know.
 */
export type TabMessage =
  | { kind: 'hello' }
  | { kind: 'leader' }
  | { kind: 'state'; state: ConnectionState; live: boolean }
  | { kind: 'frames'; conversation: string; frames: Frame[]; source: FrameSource }
  | {
      kind: 'event';
      name: 'recalled' | 'read' | 'typing' | 'presence' | 'caughtUp' | 'reset';
      payload: ClientEvents[keyof ClientEvents];
    }
  | { kind: 'online'; keys: string[] }
  | { kind: 'outbox'; items: Outgoing[] }
  | { kind: 'send'; items: Outgoing[] }
  | { kind: 'retry' | 'discard'; clientId: string }
  | { kind: 'type'; conversation: string }
  | { kind: 'reconnect' | 'takeOver' | 'logout' };

export interface TabsHost {
  /** This tab holds the socket from here on. */
  lead(): void;
  /** Another tab has taken the lead away. */
  demote(): void;
  heard(message: TabMessage): void;
}

/**
 * One tab leads and holds the socket; when it goes, the next takes over. A browser without Web Locks has leaders only.
 */
export class Tabs {
  readonly alone: boolean;
  private readonly locks: Platform['locks'];
  private channel: ChannelLike | undefined;
  private release: (() => void) | undefined;
  private waiting = new AbortController();
  private closed = false;

  constructor(
    platform: Platform,
    shared: boolean,
    private readonly name: string,
    private readonly host: TabsHost,
  ) {
    const { locks, BroadcastChannel } = platform;
    this.alone = !shared || !locks || !BroadcastChannel;
    if (this.alone || !BroadcastChannel) return;
    this.channel = new BroadcastChannel(name);
    this.channel.onmessage = (event) => host.heard(event.data as TabMessage);
    this.locks = locks;
  }

  start(): void {
    if (!this.locks) return this.host.lead();
    this.post({ kind: 'hello' });
    this.ask(false);
  }

  /** Takes the lead from a tab that does not answer: browsers freeze tabs with the lock in their hands. */
  steal(): void {
    if (this.closed || this.release || !this.locks) return;
    this.waiting.abort();
    this.ask(true);
  }

  post(message: TabMessage): void {
    this.channel?.postMessage(message);
  }

  close(): void {
    this.closed = true;
    this.waiting.abort();
    this.release?.();
    this.channel?.close();
    this.channel = undefined;
  }

  private ask(steal: boolean): void {
    const { signal } = (this.waiting = new AbortController());
    const held = this.locks?.request(this.name, steal ? { steal } : { signal }, () => this.hold());
    held?.catch(() => this.closed || signal.aborted || this.lost());
  }

  private lost(): void {
    // Refused from the start (an opaque origin): then each tab is on its own.
    if (!this.release) return this.host.lead();
    this.release = undefined;
    this.host.demote();
    this.ask(false);
  }

  private hold(): Promise<void> {
    return new Promise((resolve) => {
      this.release = resolve;
      this.host.lead();
    });
  }
}

/** Holds a lock of its own until `signal` aborts; without Web Locks it has it at once. */
export function holdLock(platform: Platform, name: string, signal: AbortSignal, got: () => void): void {
  if (!platform.locks) return got();
  const hold = (): Promise<void> => {
    if (!signal.aborted) got();
    return new Promise((resolve) => (signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve())));
  };
  platform.locks.request(name, { signal }, hold).catch(() => signal.aborted || got());
}

export interface LoginQuestion {
  kind: 'who';
  ask: string;
  server: string;
  key?: string | undefined;
}
export interface LoginAnswer {
  kind: 'login';
  ask: string;
  login: Login;
}
export const LOGIN_CHANNEL = 'godwit:logins';
