import {
  connect,
  type Client,
  type ConnectOptions,
  type Frame,
  type Login,
  type Platform,
  type SocketLike,
} from '../../src/index.js';
import { platformOf } from '../../src/platform.js';
import { FakeClock } from './clock.js';

type Answer =
  { status?: number; body?: unknown; headers?: Record<string, string> } | Promise<{ status?: number; body?: unknown }>;

export interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  body: unknown;
}

/**
 * A server and a network as the tests want them. Answers lie in `on`; what nobody answers is a fault of the network.
 */
export class World {
  readonly clock = new FakeClock();
  readonly sockets: FakeSocket[] = [];
  readonly calls: Call[] = [];
  readonly answers = new Map<string, (call: Call) => Answer>();
  inbox: Frame[] = [];
  history: Frame[] = [];
  online = true;
  readonly window = new EventTarget();

  constructor() {
    this.on('GET /v1/offline', () => ({ body: { items: this.inbox, next: null, epoch: 'first', complete: true } }));
    this.on('GET /v1/me', () => ({ body: {} }));
    this.on('GET /v1/conversations/*/messages', (call) => ({ body: this.historyPage(call) }));
  }

  on(route: string, answer: (call: Call) => Answer): void {
    this.answers.set(route, answer);
  }

  called(route: string): Call[] {
    return this.calls.filter((call) => routeOf(call) === route);
  }

  get socket(): FakeSocket {
    return this.sockets[this.sockets.length - 1] as FakeSocket;
  }

  platform(more: Partial<Platform> = {}): Partial<Platform> {
    const bare = { locks: undefined, BroadcastChannel: undefined, indexedDB: undefined, document: undefined };
    return { ...platformOf(), ...bare, window: this.window, onLine: () => this.online, origin: 'http://fake', ...more };
  }

  connect(options: Partial<ConnectOptions> = {}, more: Partial<Platform> = {}): Client {
    const { sockets } = this;
    const WebSocket = class extends FakeSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols);
        sockets.push(this);
      }
    };
    const base = { url: 'http://fake', login: loginOf('ben'), persistent: false, random: () => 0.5, clock: this.clock };
    return connect({ ...base, WebSocket, fetch: this.fetch, platform: this.platform(more), ...options });
  }

  /** The newest socket opens and says 201. */
  async open(): Promise<FakeSocket> {
    await this.clock.pass(0);
    this.socket.says({ type: 201, msgSender: 'ben', msgReceiver: '', msg: '', session: 's1', node: 'n', ping: 25 });
    await this.clock.pass(0);
    return this.socket;
  }

  readonly fetch = (async (input: string, init: RequestInit): Promise<Response> => {
    const { pathname, searchParams } = new URL(input);
    const body: unknown = init.body ? JSON.parse(init.body as string) : undefined;
    const call: Call = { method: init.method ?? 'GET', path: pathname, query: searchParams, body };
    this.calls.push(call);
    const found = this.answers.get(routeOf(call));
    if (!found || !this.online) throw new TypeError('Failed to fetch');
    const aborted = new Promise<never>((_, reject) =>
      init.signal?.addEventListener('abort', () => reject(new Error('aborted'))),
    );
    const answer = await Promise.race([Promise.resolve(found(call)), aborted]);
    const {
      status = 200,
      body: value,
      headers = {},
    } = answer as { status?: number; body?: unknown; headers?: Record<string, string> };
    return new Response(value === undefined ? null : JSON.stringify(value), { status, headers });
  }) as unknown as typeof fetch;

  private historyPage({ path, query }: Call): { items: Frame[]; next: string | null } {
    const conversation = decodeURIComponent(path.split('/')[3] ?? '');
    const limit = Number(query.get('limit') ?? 50);
    const all = this.history.filter((frame) => frame.conversation === conversation).sort((a, b) => a.seq - b.seq);
    const after = query.get('after');
    if (after !== null) {
      const found = all.filter((frame) => frame.seq > Number(after));
      return { items: found.slice(0, limit), next: found.length > limit ? 'next' : null };
    }
    const before = Number(query.get('before') ?? Infinity);
    const found = all.filter((frame) => frame.seq < before);
    return { items: found.slice(-limit), next: found.length > limit ? 'next' : null };
  }
}

export function problem(status: number, code: string, retryable = false): { status: number; body: unknown } {
  return { status, body: { type: `about:${code}`, title: code, status, code, detail: code, retryable, traceId: 't' } };
}

export class FakeSocket implements SocketLike {
  readyState = 1;
  onopen: SocketLike['onopen'] = null;
  onmessage: SocketLike['onmessage'] = null;
  onclose: SocketLike['onclose'] = null;
  onerror: SocketLike['onerror'] = null;
  readonly sent: Record<string, unknown>[] = [];
  closedWith: number | undefined;

  constructor(
    readonly url: string,
    readonly protocols: string[],
  ) {}

  send(data: string): void {
    this.sent.push(JSON.parse(data) as Record<string, unknown>);
  }
  close(code?: number): void {
    this.readyState = 3;
    this.closedWith = code;
  }
  says(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  ends(code: number, reason = ''): void {
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }
  acks(): [string, number][] {
    return this.sent
      .filter((frame) => frame['type'] === 301)
      .map((frame) => [frame['conversation'] as string, frame['seq'] as number]);
  }
}

export function loginOf(key: string, session = 's1', expiresAt = Number.MAX_SAFE_INTEGER): Login {
  const user = { key, name: key, avatar: '', bio: '', createdAt: 0 };
  const device = { id: 'd', name: 'd' };
  const place = { id: session, device, createdAt: 0, lastSeenAt: 0, current: true };
  return { token: 'token', expiresAt, user, session: place, node: 'n', socket: '/v1/socket' };
}

function routeOf({ method, path }: Call): string {
  return `${method} ${path.replace(/(\/v1\/conversations\/)[^/]+/, '$1*').replace(/(\/v1\/sessions\/)[^/]+/, '$1*')}`;
}
