/** What a program sees of a connected client. */
import type { GodwitApi } from './api.js';
import type { Clock } from './clock.js';
import type { Platform } from './platform.js';
import type { Storage } from './storage/tables.js';
import type { Conversation, Frame, Login } from './types.js';

export type EndReason =
  'expired' | 'session_ended' | 'replaced' | 'protocol' | 'too_many' | 'unauthenticated' | 'account_disabled';

export interface ConnectionState {
  /** `offline`: the device has no network. `standby`: another tab holds the socket and has not said yet how it is. */
  status: 'connecting' | 'open' | 'waiting' | 'offline' | 'ended' | 'standby';
  /** When the next attempt begins, in Unix milliseconds; with `waiting`. */
  retryAt?: number;
  /** Attempts since the last 201. */
  attempt: number;
  /** With `ended`. */
  reason?: EndReason;
  /** The close code, where there was one. */
  code?: number;
  /**
   * With `connecting` and `waiting`: the server answers calls with this login, and yet no socket opens, twice in a row
   * or more. Something in between does not let it through.
   */
  blocked?: true;
}

/** A message on its way. */
export interface Outgoing {
  clientId: string;
  conversation: string;
  type: 101 | 102;
  receiver: string;
  msg: string;
  replyTo?: string;
  sentAt: number;
  state: 'waiting' | 'sending' | 'failed';
  error?: { code: string; fields?: Record<string, string> };
  attempts: number;
}

export interface Draft {
  conversation: string;
  msg: string;
  replyTo?: string;
  /** 1 to 64 bytes of your own, by which a program that was restarted sends a message once; random by default. */
  clientId?: string;
}

export type FrameSource = 'push' | 'inbox' | 'history' | 'sent';

export interface ClientEvents {
  state: ConnectionState;
  /** Ascending by seq; each id at most once in the life of a client. */
  frames: { conversation: string; frames: Frame[]; source: FrameSource };
  recalled: { conversation: string; id: string; seq: number };
  read: { conversation: string; seq: number; reader: string };
  typing: { conversation: string; key: string };
  presence: { key: string; online: boolean };
  /** The whole list, on each change. */
  outbox: { items: Outgoing[] };
  /** The inbox was pulled after a 201. */
  caughtUp: { complete: boolean };
  /** What was known may have holes: reload from history. */
  reset: Record<string, never>;
  /** The login ends in five minutes or less. */
  expiring: { expiresAt: number };
  /** The cache is in memory only from here on. */
  storage: { persistent: boolean };
}

export type EventName = keyof ClientEvents;
/** A handler that answers a promise is waited for (up to 30 s) before its frames are acknowledged. */
export type Handler<E extends EventName> = (event: ClientEvents[E]) => void | Promise<void>;

export interface HistoryPage {
  frames: Frame[];
  /** More lies beyond, in the direction that was asked for. */
  more: boolean;
}

export interface KeyValues {
  get<T>(key: string): Promise<T | undefined>;
  /** `keep` persists even where the cache is in memory only. */
  set(key: string, value: unknown, options?: { keep?: boolean }): Promise<void>;
  delete(key: string): Promise<void>;
}

/** The part of a WebSocket constructor that is used; browsers' and that of the `ws` package fit. */
export interface SocketLike {
  readonly readyState: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  onerror: ((event: never) => void) | null;
  send(data: string): void;
  close(code?: number, reason?: string): void;
}
export type SocketConstructor = new (url: string, protocols: string[]) => SocketLike;

export interface ConnectOptions {
  /** Where the server is; in a page of the server itself `location.origin`. */
  url: string;
  login: Login;
  /** Keep the cache in IndexedDB (the default) or in memory. The outbox is kept in IndexedDB either way. */
  persistent?: boolean;
  /** Where to keep it instead; in Node `fileStorage` of `godwit-sdk/node`. Without either it is kept in memory. */
  storage?: Storage;
  /** Share one socket with the other tabs of this session; the default. */
  tabs?: boolean;
  /** Any constructor of WebSockets; the browser's is the default. In Node 20 pass that of the `ws` package. */
  WebSocket?: unknown;
  fetch?: typeof fetch;
  /** As of GodwitApi: how long reading calls are asked again while the server is too busy; 0, not at all. */
  patienceMs?: number;
  /** For tests. */
  clock?: Clock;
  /** For tests: 0 ≤ x < 1. */
  random?: () => number;
  /** For tests: what the browser would have. */
  platform?: Partial<Platform>;
}

export interface Client {
  readonly api: GodwitApi;
  readonly login: Login;
  /** The caller's key. */
  readonly me: string;
  readonly state: ConnectionState;
  readonly outbox: Outgoing[];
  readonly kv: KeyValues;
  on<E extends EventName>(event: E, handler: Handler<E>): () => void;
  /**
   * Throws a GodwitError `outbox_full` at 1,000 items, `bad_conversation` where nobody can write, `client_id_reused` for
   * another message under a `clientId` that is on its way.
   */
  send(message: Draft): Outgoing;
  retry(clientId: string): void;
  discard(clientId: string): void;
  history(conversation: string, range?: { before?: number; after?: number; limit?: number }): Promise<HistoryPage>;
  /** What the last run left, or null. */
  cachedConversations(): Promise<Conversation[] | null>;
  conversations(): Promise<Conversation[]>;
  markRead(conversation: string, seq: number): void;
  typing(conversation: string): void;
  reconnectNow(): void;
  /** Connects again here after `replaced`. */
  takeOver(): void;
  logout(): Promise<void>;
  close(): Promise<void>;
}
