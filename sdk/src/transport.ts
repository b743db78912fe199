import type { Clock } from './clock.js';
import { pause, systemClock } from './clock.js';
import { GodwitError, isProblem } from './errors.js';

export interface ApiOptions {
  /** Where the server is, without a path of the protocol; empty in a page of the server itself. */
  url: string;
  token?: string;
  fetch?: typeof fetch;
  /** How long an answer may take; 15 s. */
  timeoutMs?: number;
  /** How long in all a call that only reads is asked again while the server or a proxy is too busy; 0, not at all. */
  patienceMs?: number;
  clock?: Clock;
}

/** No server makes a client wait longer than this, whatever it says. */
const MOST_RETRY_AFTER_S = 300;
const BUSY = new Set([429, 502, 503, 504]);
/** Where nobody says how long. */
const WAIT_MS = 1000;
/** `Retry-After: 0` is no invitation to a storm. */
const LEAST_WAIT_MS = 250;

export type Query = Record<string, string | number | undefined>;

export function queryString(query: Query): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined);
  const text = new URLSearchParams(pairs.map(([name, value]) => [name, String(value)])).toString();
  return text && `?${text}`;
}

/** A path segment; the colon of `u:alice` stays readable. */
export function segment(text: string): string {
  return encodeURIComponent(text).replace(/%3A/g, ':');
}

/** One HTTP call: a JSON body out, a JSON value or a GodwitError back. */
export class Transport {
  readonly url: string;
  token: string | undefined;
  private readonly fetch: typeof fetch;
  private readonly timeoutMs: number;
  private readonly patienceMs: number;
  private readonly clock: Clock;

  constructor(options: ApiOptions) {
    this.url = options.url.replace(/\/+$/, '');
    this.token = options.token;
    // The browser's fetch wants to be called on the window, not on this object.
    this.fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
    this.timeoutMs = options.timeoutMs ?? 15_000;
    this.patienceMs = options.patienceMs ?? 0;
    this.clock = options.clock ?? systemClock;
  }

  async request<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
    const end = this.clock.now() + (method === 'GET' ? this.patienceMs : 0);
    for (;;) {
      try {
        return await this.ask<T>(method, path, body, signal);
      } catch (error) {
        const ms = waitOf(error);
        if (ms === undefined || this.clock.now() + ms > end) throw error;
        await pause(this.clock, ms, signal);
      }
    }
  }

  private async ask<T>(method: string, path: string, body: unknown, signal: AbortSignal | undefined): Promise<T> {
    signal?.throwIfAborted();
    const stop = new AbortController();
    const abort = (): void => stop.abort();
    signal?.addEventListener('abort', abort);
    let late = false;
    const timer = this.clock.setTimeout(() => {
      late = true;
      stop.abort();
    }, this.timeoutMs);
    try {
      const answer = await this.fetch(this.url + path, this.init(method, body, stop.signal));
      return read<T>(answer, await answer.text());
    } catch (error) {
      if (error instanceof GodwitError) throw error;
      signal?.throwIfAborted();
      throw new GodwitError({ code: late ? 'timeout' : 'network', retryable: true, detail: causeOf(error) });
    } finally {
      this.clock.clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    }
  }

  private init(method: string, body: unknown, signal: AbortSignal): RequestInit {
    const headers: Record<string, string> = {};
    if (this.token) headers['Authorization'] = `Bearer ${this.token}`;
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    const init: RequestInit = { method, headers, signal, cache: 'no-store', credentials: 'omit' };
    if (body !== undefined) init.body = JSON.stringify(body);
    return init;
  }
}

/** How long to wait before the same again, where the server or a proxy is too busy now; else undefined. */
function waitOf(error: unknown): number | undefined {
  const busy = error instanceof GodwitError && error.retryable && BUSY.has(error.status);
  return busy ? Math.max(error.retryAfterMs ?? WAIT_MS, LEAST_WAIT_MS) : undefined;
}

/** Node says in the cause what a browser does not say at all. */
function causeOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message} (${cause.message})` : message;
}

function read<T>(answer: Response, text: string): T {
  const { status } = answer;
  if (answer.ok && text === '') return undefined as T;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badAnswer(answer);
  }
  if (answer.ok) return value as T;
  if (!isProblem(value)) throw badAnswer(answer);
  throw new GodwitError({
    ...value,
    status,
    retryable: value.retryable === true,
    ...waitSaid(answer),
  });
}

/**
 * A page of something in between (a captive portal, a proxy whose server is away): the same request may do better
 * later.
 */
function badAnswer(answer: Response): GodwitError {
  const { status } = answer;
  const retryable = status < 400 || status >= 500 || status === 429;
  return new GodwitError({ code: 'bad_answer', status, retryable, ...waitSaid(answer) });
}

function waitSaid(answer: Response): { retryAfterMs?: number } {
  const seconds = Number(answer.headers.get('Retry-After') ?? NaN);
  return seconds >= 0 ? { retryAfterMs: Math.min(seconds, MOST_RETRY_AFTER_S) * 1000 } : {};
}
