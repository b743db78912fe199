import type { Acks } from './acks.js';
import type { GodwitApi } from './api.js';
import { pause, type Clock } from './clock.js';
import { Connection, type Elsewhere, type Verdict, type WireFrame } from './connection.js';
import { endOfLogin, type End } from './endings.js';
import { GodwitError } from './errors.js';
import { Presence } from './presence.js';
import type { Receiver } from './receiver.js';
import type { ClientEvents, ConnectionState, SocketConstructor } from './surface.js';
import { FrameType, type Frame, type Login } from './types.js';

const PROBE_GRACE_MS = 1000;
const PROBE_MS = 5000;
const DEFAULT_PING_S = 25;

export interface LeaderHost {
  api: GodwitApi;
  clock: Clock;
  random: () => number;
  login: Login;
  socketUrl: string;
  WebSocket: SocketConstructor;
  onLine: () => boolean;
  receiver: Receiver;
  acks: Acks;
  state(state: ConnectionState): void;
  caughtUp(complete: boolean): void;
  publish<E extends 'read' | 'typing' | 'presence'>(name: E, payload: ClientEvents[E]): void;
}

/** What only the tab with the socket does: connect, pull, pass on. */
export class Leader {
  readonly presence = new Presence();
  private readonly connection: Connection;
  private pingMs = DEFAULT_PING_S * 1000;
  private lastFrameAt = 0;
  private probing = false;
  /** Of the connection that stands: aborted when it ends. */
  private signal = AbortSignal.abort();

  constructor(private readonly host: LeaderHost) {
    const { clock, random, WebSocket, onLine } = host;
    this.connection = new Connection({
      clock,
      random,
      WebSocket,
      onLine,
      url: host.socketUrl,
      token: host.login.token,
      elsewhere: host.login.sockets === 'direct' ? (avoid, signal) => this.elsewhere(avoid, signal) : undefined,
      checkLogin: () => this.checkLogin(),
      state: (state) => host.state(state),
      connected: (frame, signal) => void this.connected(frame, signal),
      frame: (frame) => this.take(frame),
    });
  }

  start(): void {
    this.connection.start();
  }
  stop(): void {
    this.connection.stop();
  }
  end(end: End): void {
    this.connection.end(end);
  }
  reconnectNow(): void {
    this.connection.reconnectNow();
  }
  drop(): void {
    this.connection.drop();
  }
  offline(): void {
    this.connection.offline();
  }

  acknowledge(conversation: string, seq: number): boolean {
    return this.connection.send({ type: FrameType.acknowledge, conversation, seq });
  }

  typing(conversation: string): boolean {
    return this.connection.send({ type: FrameType.typing, conversation });
  }

  /** After sleep: whatever is open, the server has given it up long ago. */
  renew(): void {
    this.connection.drop();
    this.connection.reconnectNow();
  }

  /** The line may be dead without anybody having said so. Not asked where something came just now. */
  async check(always = false): Promise<void> {
    this.connection.reconnectNow();
    const quiet = this.host.clock.now() - this.lastFrameAt > this.pingMs;
    if (!this.connection.isOpen || this.probing || !(always || quiet)) return;
    this.probing = true;
    if (!(await this.probe())) this.renew();
    this.probing = false;
  }

  /** A line is good if the server answers, and if the inbox has nothing that should have been pushed. */
  private async probe(): Promise<boolean> {
    const stop = new AbortController();
    const timer = this.host.clock.setTimeout(() => stop.abort(), PROBE_MS);
    try {
      const { items } = await this.host.api.offline({ limit: 1 }, stop.signal);
      if (!this.isNews(items)) return true;
      await pause(this.host.clock, PROBE_GRACE_MS);
      return !this.isNews(items);
    } catch (error) {
      return error instanceof GodwitError && error.status > 0;
    } finally {
      this.host.clock.clearTimeout(timer);
    }
  }

  private isNews(items: Frame[]): boolean {
    return items.some((frame) => this.host.receiver.isNews(frame));
  }

  private async checkLogin(): Promise<Verdict> {
    try {
      await this.host.api.me();
      return 'good';
    } catch (error) {
      return endOfLogin(error, this.host.login, this.host.clock.now()) ?? 'unknown';
    }
  }

  private async elsewhere(avoid: string | undefined, signal: AbortSignal): Promise<Elsewhere | null> {
    try {
      return await this.host.api.offerSocket(avoid, signal);
    } catch (error) {
      const end = endOfLogin(error, this.host.login, this.host.clock.now());
      if (end) this.connection.end(end);
      return null;
    }
  }

  private async connected(frame: WireFrame, signal: AbortSignal): Promise<void> {
    this.pingMs = (frame.ping ?? DEFAULT_PING_S) * 1000;
    this.lastFrameAt = this.host.clock.now();
    this.signal = signal;
    this.presence.begin();
    await this.pull(signal, () => {
      for (const key of this.presence.gone()) this.host.publish('presence', { key, online: false });
    });
  }

  /** After 201, and where the server says that a push may be missing (305). */
  private async pull(signal: AbortSignal, pulled: () => void = () => undefined): Promise<void> {
    try {
      const complete = await this.host.receiver.pull(signal);
      if (signal.aborted) return;
      pulled();
      this.host.caughtUp(complete);
    } catch (error) {
      if (signal.aborted) return;
      const end = endOfLogin(error, this.host.login, this.host.clock.now());
      if (end) this.connection.end(end);
      else this.connection.drop();
    }
  }

  private take(frame: WireFrame): void {
    this.lastFrameAt = this.host.clock.now();
    const { conversation, seq, msgSender } = frame as unknown as Frame;
    if (isKept(frame)) return this.host.receiver.receive(frame, 'push');
    if (frame.type === FrameType.missed) return void this.pull(this.signal);
    if (frame.type === FrameType.read) this.host.publish('read', { conversation, seq, reader: msgSender });
    if (frame.type === FrameType.typing) this.host.publish('typing', { conversation, key: msgSender });
    if (frame.type !== FrameType.presence) return;
    const online = frame['online'] === true;
    this.presence.set(msgSender, online);
    this.host.publish('presence', { key: msgSender, online });
  }
}

function isKept(frame: WireFrame | Frame): frame is Frame {
  const { id, conversation, seq } = frame as Frame;
  return (
    typeof id === 'string' &&
    typeof conversation === 'string' &&
    Number.isInteger(seq) &&
    frame.type < FrameType.acknowledge
  );
}
