import { accountOf, answerLogins, serverOf } from './adopt.js';
import { GodwitApi } from './api.js';
import { systemClock, within, type Clock } from './clock.js';
import { Conversations } from './conversations.js';
import { Emitter } from './emitter.js';
import { endOfLogin } from './endings.js';
import { GodwitError } from './errors.js';
import { History } from './history.js';
import { Hub } from './hub.js';
import { platformOf, type Platform } from './platform.js';
import { Reads } from './reads.js';
import { SharedOutbox } from './shared_outbox.js';
import { AccountStorage } from './storage/account.js';
import { FrameCache } from './storage/cache.js';
import type * as s from './surface.js';
import { holdLock, Tabs, type TabMessage } from './tabs.js';
import type { Conversation, Login } from './types.js';
import { Values } from './values.js';
import { Vitals } from './vitals.js';

const TYPING_MS = 3000;
const MOST_TYPING = 100;
const STANDBY_MS = 150;
const CLOSE_MS = 1000;
/** A leader that has not answered for so long is frozen. */
const ANSWER_MS = 3000;

/** Connects at once, and stays connected until `close` or `logout`. */
export function connect(options: s.ConnectOptions): s.Client {
  return new ConnectedClient(options);
}

class ConnectedClient implements s.Client {
  readonly api: GodwitApi;
  readonly login: Login;
  readonly me: string;
  readonly kv: s.KeyValues;
  private readonly platform: Platform;
  private readonly clock: Clock;
  private readonly emitter: Emitter;
  private readonly storage: AccountStorage;
  private readonly list: Conversations;
  private readonly pages: History;
  private readonly reads: Reads;
  private readonly box: SharedOutbox;
  private readonly hub: Hub;
  private readonly tabs: Tabs;
  private readonly vitals: Vitals;
  private readonly closing = new AbortController();
  private readonly typed = new Map<string, number>();
  private readonly stopAnswering: () => void;
  private leadEnds = new AbortController();
  private heardLeader = 0;

  constructor(options: s.ConnectOptions) {
    const { url, login } = options;
    this.login = login;
    this.me = login.user.key;
    this.platform = platformOf(options.platform);
    this.clock = options.clock ?? systemClock;
    this.emitter = new Emitter(this.clock);
    const { patienceMs = 0 } = options;
    const web = options.fetch ? { fetch: options.fetch, patienceMs } : { patienceMs };
    this.api = new GodwitApi({ url, token: login.token, clock: this.clock, ...web });
    const server = serverOf(url, this.platform);
    const account = accountOf(server, this.me);
    this.storage = new AccountStorage(this.platform, this.clock, account, options, () => {
      void this.emitter.emit('storage', { persistent: false });
    });
    const cache = new FrameCache(this.storage.cache, () => this.clock.now());
    this.kv = new Values(this.storage.cache, this.storage.kept);
    this.list = new Conversations(this.api, this.storage.cache, cache, this.me);
    this.reads = new Reads(this.api, this.clock);
    this.hub = this.makeHub(options, cache);
    this.pages = this.makePages(cache);
    this.box = this.makeOutbox(options);
    const name = `${account}:${login.session.id}`;
    const heard = (message: TabMessage): void => this.heard(message);
    this.tabs = new Tabs(this.platform, options.tabs ?? true, name, {
      lead: () => this.lead(account),
      demote: () => this.demote(),
      heard,
    });
    this.vitals = this.makeVitals();
    this.stopAnswering = this.tabs.alone
      ? () => undefined
      : answerLogins(this.platform, server, login, () => this.state.status !== 'ended');
    this.start();
  }

  get state(): s.ConnectionState {
    return this.hub.state;
  }
  get outbox(): s.Outgoing[] {
    return this.box.items;
  }

  on<E extends s.EventName>(event: E, handler: s.Handler<E>): () => void {
    return this.emitter.on(event, handler);
  }

  send(message: s.Draft): s.Outgoing {
    if (this.closing.signal.aborted) throw new GodwitError({ code: 'closed' });
    this.typed.delete(message.conversation); // what is written next is news
    return this.box.send(message);
  }
  retry(clientId: string): void {
    this.box.retry(clientId);
  }
  discard(clientId: string): void {
    this.box.discard(clientId);
  }

  history(
    conversation: string,
    range: { before?: number; after?: number; limit?: number } = {},
  ): Promise<s.HistoryPage> {
    return this.pages.page(conversation, range);
  }
  cachedConversations(): Promise<Conversation[] | null> {
    return this.list.cached();
  }
  conversations(): Promise<Conversation[]> {
    return this.list.fetch();
  }

  markRead(conversation: string, seq: number): void {
    // The server does not tell it to this session, so the other tabs hear it from here.
    if (this.reads.mark(conversation, seq)) this.hub.publish('read', { conversation, seq, reader: this.me });
  }

  typing(conversation: string): void {
    const now = this.clock.now();
    if (this.state.status !== 'open' || now - (this.typed.get(conversation) ?? -Infinity) < TYPING_MS) return;
    if (this.typed.size >= MOST_TYPING) this.typed.clear();
    this.typed.set(conversation, now);
    if (this.hub.leading) this.hub.leader.typing(conversation);
    else this.tabs.post({ kind: 'type', conversation });
  }

  reconnectNow(): void {
    if (!this.hub.leading) return this.tabs.post({ kind: 'reconnect' });
    this.hub.leader.reconnectNow();
    this.box.kick();
  }

  takeOver(): void {
    if (!this.hub.leading) return this.tabs.post({ kind: 'takeOver' });
    const { status, reason } = this.state;
    if (status === 'ended' && (reason === 'replaced' || reason === 'too_many')) this.hub.leader.start();
  }

  async logout(): Promise<void> {
    try {
      await this.api.endSession('current');
    } catch (error) {
      // A session that is over already is what was wanted.
      if (!(error instanceof GodwitError) || error.status !== 401) throw error;
    } finally {
      this.tabs.post({ kind: 'logout' });
      this.end();
      await this.storage.destroy();
    }
  }

  async close(): Promise<void> {
    if (this.closing.signal.aborted) return;
    // What was handed over is acknowledged yet; what was not comes again with the next inbox.
    await within(this.clock, CLOSE_MS, this.hub.receiver.delivery.idle(), undefined);
    this.hub.acks.flush();
    this.shut();
    this.storage.close();
  }

  private start(): void {
    this.vitals.start();
    this.tabs.start();
    if (this.tabs.alone) return;
    this.clock.setTimeout(() => {
      const unknown = !this.hub.leading && this.state.status === 'connecting' && this.state.attempt === 0;
      if (unknown && !this.closing.signal.aborted) this.hub.setState({ status: 'standby', attempt: 0 }, false);
    }, STANDBY_MS);
  }

  private lead(account: string): void {
    if (this.closing.signal.aborted) return;
    this.leadEnds = new AbortController();
    holdLock(this.platform, `${account}:outbox`, this.leadEnds.signal, () => this.box.adoptLeftovers());
    this.hub.lead();
  }

  private demote(): void {
    this.leadEnds.abort();
    this.hub.demote();
    this.box.demote();
  }

  /** Asks the leader for a sign of life, and takes over where none comes. */
  private challenge(): void {
    if (this.hub.leading || this.closing.signal.aborted) return;
    const asked = (this.heardLeader += 1);
    this.tabs.post({ kind: 'hello' });
    this.clock.setTimeout(() => {
      if (asked === this.heardLeader) this.tabs.steal();
    }, ANSWER_MS);
  }

  private heard(message: TabMessage): void {
    if (this.closing.signal.aborted) return;
    if (message.kind === 'state') this.heardLeader += 1;
    if (message.kind === 'hello') this.hub.introduce();
    if (message.kind === 'hello') this.box.tell();
    if (message.kind === 'logout') return this.end();
    if (message.kind === 'event' && message.name === 'caughtUp') this.reads.kick();
    this.hub.heard(message);
    this.box.heard(message);
    if (!this.hub.leading) return;
    if (message.kind === 'type') this.hub.leader.typing(message.conversation);
    if (message.kind === 'reconnect') this.reconnectNow();
    if (message.kind === 'takeOver') this.takeOver();
  }

  /** Over for good, here and by another tab's word. */
  private end(): void {
    if (this.closing.signal.aborted) return;
    this.shut();
    this.hub.setState({ status: 'ended', reason: 'session_ended', attempt: 0 }, false);
    this.storage.close();
  }

  private shut(): void {
    this.closing.abort();
    this.leadEnds.abort();
    this.hub.leader.stop();
    this.hub.receiver.close();
    this.box.stop();
    this.reads.close();
    this.vitals.close();
    this.stopAnswering();
    this.tabs.close();
  }

  private makeHub(options: s.ConnectOptions, cache: FrameCache): Hub {
    const { url, login, random = Math.random } = options;
    const socketUrl = new URL(login.socket, url || this.platform.origin).href.replace(/^http/, 'ws');
    const WebSocket = (options.WebSocket ?? this.platform.WebSocket) as s.SocketConstructor | undefined;
    if (!WebSocket) throw new GodwitError({ code: 'no_websocket', detail: 'pass a WebSocket constructor' });
    const { api, clock, emitter, storage } = this;
    return new Hub({
      ...{ api, clock, emitter, storage, cache, random, login, socketUrl, WebSocket },
      onLine: this.platform.onLine,
      tabs: () => this.tabs,
      stateChanged: (state) => this.box.stateChanged(state),
      caughtUp: () => this.resume(),
      reset: () => this.pages.reset(),
      read: (conversation, seq, reader) => {
        if (reader === this.me) void this.list.read(conversation, seq);
      },
      settled: (clientId) => this.box.settled(clientId),
    });
  }

  private makePages(cache: FrameCache): History {
    const { api, clock } = this;
    return new History({
      ...{ api, clock, cache },
      live: () => this.hub.live,
      onLine: () => this.mayReach(),
      scrub: (frames) => this.hub.recalls.scrub(frames),
    });
  }

  private makeOutbox({ random = Math.random }: s.ConnectOptions): SharedOutbox {
    const { api, clock, me } = this;
    return new SharedOutbox({
      ...{ api, clock, me, random },
      tables: this.storage.kept,
      onLine: () => this.mayReach(),
      isLeading: () => this.hub.leading,
      post: (message) => this.tabs.post(message),
      emit: (items) => void this.emitter.emit('outbox', { items }),
      delivered: () => this.hub.receiver.delivery.idle(),
      sent: (frame) => this.hub.sent(frame),
      refused: (error) => this.refused(error),
    });
  }

  private makeVitals(): Vitals {
    const { leader } = this.hub;
    const leading = (run: () => void) => () => {
      if (this.hub.leading) run();
    };
    return new Vitals(this.platform, this.clock, this.login.expiresAt, {
      online: leading(() => {
        void leader.check(true);
        this.resume();
      }),
      offline: leading(() => leader.offline()),
      visible: () => {
        if (this.hub.leading) void leader.check();
        else this.challenge();
      },
      beat: () => this.challenge(),
      woke: leading(() => leader.renew()),
      leaving: () => this.hub.acks.flush(),
      expiring: () => void this.emitter.emit('expiring', { expiresAt: this.login.expiresAt }),
    });
  }

  /** A device may think that it has no network and have the server on itself. */
  private mayReach(): boolean {
    return this.platform.onLine() || this.state.status === 'open';
  }

  /** The line is good again. */
  private resume(): void {
    this.reads.kick();
    this.box.kick();
    void this.box.go();
  }

  private refused(error: unknown): boolean {
    const end = endOfLogin(error, this.login, this.clock.now());
    if (end) this.hub.leader.end(end);
    return end !== null;
  }
}
