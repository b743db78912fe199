/** What a browser may have and other places may not; each is looked up once, so that tests can pass their own. */
import type { SocketConstructor } from './surface.js';

export interface LocksLike {
  request(name: string, options: { signal?: AbortSignal; steal?: boolean }, run: () => Promise<void>): Promise<unknown>;
  query?(): Promise<{ held?: { name?: string }[] }>;
}

export interface ChannelLike {
  onmessage: ((event: { data: unknown }) => void) | null;
  postMessage(message: unknown): void;
  close(): void;
}

export interface Platform {
  locks: LocksLike | undefined;
  BroadcastChannel: (new (name: string) => ChannelLike) | undefined;
  indexedDB: IDBFactory | undefined;
  WebSocket: SocketConstructor | undefined;
  /** Tells `online`, `offline`, `pagehide`. */
  window: EventTarget | undefined;
  /** Tells `visibilitychange`. */
  document: (EventTarget & { visibilityState: string }) | undefined;
  onLine: () => boolean;
  origin: string;
}

export function platformOf(given: Partial<Platform> = {}): Platform {
  const scope = globalThis as unknown as Record<string, unknown>;
  const navigator = scope['navigator'] as { locks?: LocksLike; onLine?: boolean } | undefined;
  const location = scope['location'] as { origin: string } | undefined;
  return {
    locks: navigator?.locks,
    BroadcastChannel: scope['BroadcastChannel'] as Platform['BroadcastChannel'],
    indexedDB: forgiving(() => scope['indexedDB'] as IDBFactory | undefined),
    WebSocket: scope['WebSocket'] as SocketConstructor | undefined,
    window: scope['window'] as EventTarget | undefined,
    document: scope['document'] as Platform['document'],
    onLine: () => navigator?.onLine !== false,
    origin: location?.origin ?? '',
    ...given,
  };
}

/** Some browsers throw at the mere mention of a storage that the user has forbidden. */
function forgiving<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
