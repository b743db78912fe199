import { fullJitter } from './backoff.js';
import type { Clock } from './clock.js';
import { endOf, type End } from './endings.js';
import type { ConnectionState, SocketConstructor, SocketLike } from './surface.js';

/** From the first byte to the 201. */
export const HANDSHAKE_MS = 15_000;
const MOST_DRAIN_MS = 60_000;
const OFFLINE_MS = 30_000;

/** Where a socket may be opened past the gateway, with what in the token's place. */
export interface Elsewhere {
  url: string;
  ticket: string;
  node: string;
}

export interface ConnectionHost {
  clock: Clock;
  random: () => number;
  url: string;
  token: string;
  /**
   * Asked before a socket, where the server wants them at its nodes; null: there is no such place, `url` it is. `avoid`:
   * the node that was not reached. May end the connection instead.
   */
  elsewhere?: ((avoid: string | undefined, signal: AbortSignal) => Promise<Elsewhere | null>) | undefined;
  WebSocket: SocketConstructor;
  onLine: () => boolean;
  /** After a handshake that came to nothing, which browsers do not explain: is the login dead, or good? */
  checkLogin(): Promise<Verdict>;
  state(state: ConnectionState): void;
  /** A 201 has come; the signal aborts with this connection. */
  connected(frame: WireFrame, signal: AbortSignal): void;
  frame(frame: WireFrame): void;
}

/** What a call with the login said: it is dead; `good`: the server answers; or `unknown`. */
export type Verdict = End | 'good' | 'unknown';

/** So many handshakes in a row that came to nothing while the server answers calls: sockets do not get through. */
export const BLOCKED_AFTER = 2;

/** Of so many attempts in a row the last goes by `url`: whoever reaches the server may not reach its nodes. */
const BY_GATEWAY_EVERY = 3;

/** Anything that the server may say. */
export interface WireFrame {
  type: number;
  code?: string;
  ping?: number;
  [field: string]: unknown;
}

/** Holds one socket open: comes back by itself with full jitter, and stays away where the close code says so. */
export class Connection {
  private socket: SocketLike | undefined;
  /** While it is asked where to go. */
  private asking: AbortController | undefined;
  /** Of the socket, where it is open; else of the one before, where that was not reached or lost without a word. */
  private node: string | undefined;
  private ending = new AbortController();
  private timer: unknown;
  private attempt = 0;
  private open = false;
  private stopped = true;
  private refusal: string | undefined;
  private refused = 0;
  private state: Omit<ConnectionState, 'attempt'> | undefined;

  constructor(private readonly host: ConnectionHost) {}

  start(): void {
    this.stopped = false;
    this.attempt = 0;
    this.connect();
  }

  /** Closes for good; no state is told. */
  stop(): void {
    this.stopped = true;
    this.leave();
  }

  /** Ends with a reason that somebody else found out. */
  end(end: End): void {
    this.stop();
    this.tell({ status: 'ended', ...end });
  }

  get isOpen(): boolean {
    return this.open;
  }

  private get isBusy(): boolean {
    return this.socket !== undefined || this.asking !== undefined;
  }

  /** At once, where it waits; a connection that is there stays. */
  reconnectNow(): void {
    if (this.stopped || this.isBusy) return;
    this.connect();
  }

  /** Gives the socket up and comes back as after any loss. */
  drop(): void {
    if (this.stopped || !this.isBusy) return;
    this.leave();
    this.wait();
  }

  /** The device has no network. */
  offline(): void {
    if (this.stopped) return;
    this.leave();
    this.waitOffline();
  }

  send(frame: object): boolean {
    if (!this.open || this.socket?.readyState !== 1) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  private connect(): void {
    this.leave();
    if (this.host.onLine()) this.tell({ status: 'connecting' });
    this.refusal = undefined;
    this.timer = this.host.clock.setTimeout(() => {
      this.drop();
      void this.explain();
    }, HANDSHAKE_MS);
    const byGateway = this.attempt % BY_GATEWAY_EVERY === BY_GATEWAY_EVERY - 1;
    if (this.host.elsewhere && !byGateway) void this.ask(this.host.elsewhere);
    else this.openAt(this.host.url, this.host.token);
  }

  private async ask(elsewhere: NonNullable<ConnectionHost['elsewhere']>): Promise<void> {
    const asking = new AbortController();
    this.asking = asking;
    const place = await elsewhere(this.node, asking.signal);
    if (this.asking !== asking) return;
    this.asking = undefined;
    if (!place) return this.openAt(this.host.url, this.host.token);
    try {
      this.openAt(place.url, place.ticket, place.node);
    } catch {
      // What this page may not even try: a bad address, or one without TLS from a page with it.
      this.leave();
      this.wait();
    }
  }

  private openAt(url: string, token: string, node?: string): void {
    this.node = node;
    const socket = new this.host.WebSocket(url, ['godwit.v1', `bearer.${token}`]);
    this.socket = socket;
    // Each handler looks whether its socket is still the one: what a socket says after it was left counts for nothing.
    socket.onmessage = (event) => {
      if (this.socket === socket) this.message(event.data);
    };
    socket.onclose = (event) => {
      if (this.socket === socket) void this.closed(event.code, event.reason);
    };
    socket.onerror = () => undefined;
  }

  private message(data: unknown): void {
    const frame = parse(data);
    if (!frame) return;
    if (frame.type === 202) this.refusal = frame.code;
    if (frame.type !== 201) return this.host.frame(frame);
    this.host.clock.clearTimeout(this.timer);
    this.open = true;
    this.attempt = 0;
    this.refused = 0;
    this.ending = new AbortController();
    this.tell({ status: 'open' });
    this.host.connected(frame, this.ending.signal);
  }

  private async closed(code: number, reason: string): Promise<void> {
    const opened = this.open;
    this.leave();
    if (opened && code !== 1006) this.node = undefined;
    const end = endOf(code, this.refusal);
    if (end) return this.end(end);
    if (code === 4001) return this.wait(drainDelay(reason));
    this.wait();
    if (!opened) await this.explain();
  }

  /** Why a handshake came to nothing. */
  private async explain(): Promise<void> {
    const verdict = await this.host.checkLogin();
    if (this.stopped) return;
    if (typeof verdict === 'object') return this.end(verdict);
    this.refused = verdict === 'good' && !this.open ? this.refused + 1 : 0;
    if (this.refused === BLOCKED_AFTER && this.state) this.tell(this.state);
  }

  private wait(ms = fullJitter(this.attempt, this.host.random)): void {
    this.attempt += 1;
    if (!this.host.onLine()) return this.waitOffline();
    this.timer = this.host.clock.setTimeout(() => this.connect(), ms);
    this.tell({ status: 'waiting', retryAt: this.host.clock.now() + ms });
  }

  /** For the network, and now and then without: a device that thinks it has none still reaches a server on itself. */
  private waitOffline(): void {
    this.timer = this.host.clock.setTimeout(() => this.connect(), OFFLINE_MS);
    this.tell({ status: 'offline' });
  }

  private leave(): void {
    this.host.clock.clearTimeout(this.timer);
    this.asking?.abort();
    this.asking = undefined;
    const { socket } = this;
    this.socket = undefined;
    this.open = false;
    this.ending.abort();
    if (socket && socket.readyState < 2) socket.close(1000);
  }

  private tell(state: Omit<ConnectionState, 'attempt'>): void {
    this.state = state;
    const trying = state.status === 'connecting' || state.status === 'waiting';
    const blocked = trying && this.refused >= BLOCKED_AFTER ? { blocked: true as const } : {};
    this.host.state({ ...state, attempt: this.attempt, ...blocked });
  }
}

function parse(data: unknown): WireFrame | null {
  try {
    const frame = JSON.parse(String(data)) as WireFrame | null;
    return typeof frame?.type === 'number' ? frame : null;
  } catch {
    return null;
  }
}

function drainDelay(reason: string): number {
  try {
    const { delayMs } = JSON.parse(reason) as { delayMs: unknown };
    return Math.min(MOST_DRAIN_MS, Math.max(0, Number(delayMs) || 0));
  } catch {
    return 1000;
  }
}
