import type { GodwitApi } from './api.js';
import { fullJitter } from './backoff.js';
import type { Clock } from './clock.js';
import { GodwitError } from './errors.js';
import type { Draft, Outgoing } from './surface.js';
import type { Tables } from './storage/tables.js';
import type { Frame, SendAnswer } from './types.js';

export const MOST_OUTGOING = 1000;
/** Conversations that are sent to side by side. */
export const MOST_LANES = 4;
/** An `internal` error may be the message's own fault; after so many it steps aside. */
export const MOST_INTERNAL = 8;
const MOST_DONE = 2000;
const OFFLINE_LOOK_MS = 30_000;
const FIRST_MS = 1000;

export interface OutboxHost {
  api: GodwitApi;
  clock: Clock;
  random: () => number;
  me: string;
  tables: Tables;
  onLine: () => boolean;
  changed(items: Outgoing[]): void;
  /** The answer has come; `settled` is to be called once the frame was handed over. */
  sent(frame: Frame): void;
  /** 401: true where the login is dead and nothing more can be sent with it. */
  refused(error: unknown): boolean;
}

interface Wait {
  ms: number;
  /** The server asked for it. */
  firm: boolean;
}

interface Entry {
  item: Outgoing;
  order: number;
  answered: boolean;
}

/**
 * Messages on their way: in order in each conversation, kept until the server has answered, the same clientId on every
 * attempt.
 */
export class Outbox {
  private readonly entries = new Map<string, Entry>();
  private readonly done = new Set<string>();
  private readonly lanes = new Set<string>();
  private readonly waits = new Map<() => void, { firm: boolean }>();
  private ending = new AbortController();
  private running = false;
  private lastOrder = 0;

  constructor(private readonly host: OutboxHost) {}

  get items(): Outgoing[] {
    return [...this.entries.values()].map((entry) => entry.item);
  }

  /** Makes the item; `stored` resolves when it would survive a reload. */
  add(draft: Draft): { item: Outgoing; stored: Promise<void> } {
    const item = this.itemOf(draft);
    const known = this.entries.get(item.clientId)?.item;
    if (known) return { item: sameAs(known, item), stored: Promise.resolve() };
    this.done.delete(item.clientId);
    if (this.entries.size >= MOST_OUTGOING) throw new GodwitError({ code: 'outbox_full' });
    const entry: Entry = { item, order: this.nextOrder(), answered: false };
    this.entries.set(item.clientId, entry);
    const stored = this.store(entry);
    this.changed();
    return { item, stored };
  }

  /** Items of other tabs, and what an earlier run left. */
  merge(items: Outgoing[]): void {
    for (const item of items) {
      if (this.entries.has(item.clientId) || this.done.has(item.clientId)) continue;
      const state = item.state === 'failed' ? 'failed' : 'waiting';
      this.entries.set(item.clientId, { item: { ...item, state }, order: this.nextOrder(), answered: false });
    }
    this.changed();
  }

  async load(): Promise<void> {
    const rows = await this.host.tables.run('readonly', ['outbox'], (tx) => tx.all<Entry>('outbox'));
    const left = rows.map(([, entry]) => entry).sort((a, b) => a.order - b.order);
    const known = this.items;
    // What an earlier run left goes first.
    const first = left.map((entry) => entry.item).filter((item) => !this.entries.has(item.clientId));
    this.entries.forEach(
      (entry, id) => entry.answered || this.lanes.has(entry.item.conversation) || this.entries.delete(id),
    );
    this.merge([...first, ...known]);
  }

  /** Replaces the list by what the tab that sends says. */
  mirror(items: Outgoing[]): void {
    this.entries.clear();
    for (const item of items) {
      if (this.done.has(item.clientId)) continue;
      this.entries.set(item.clientId, { item, order: this.nextOrder(), answered: false });
    }
    this.changed();
  }

  retry(clientId: string): void {
    const entry = this.entries.get(clientId);
    if (entry?.item.state !== 'failed') return;
    const { error: _, ...item } = entry.item;
    entry.item = { ...item, state: 'waiting', attempts: 0 };
    void this.store(entry);
    this.changed();
  }

  discard(clientId: string): void {
    this.remove(clientId);
  }

  /** Its frame was handed over. */
  settled(clientId: string): void {
    this.remove(clientId);
  }

  start(): void {
    if (this.running) return;
    this.running = true;
    this.ending = new AbortController();
    this.pump();
  }

  stop(): void {
    this.running = false;
    this.ending.abort();
    for (const go of [...this.waits.keys()]) go();
  }

  /** The network is back: no more waiting, but where the server asked for it. */
  kick(): void {
    for (const [go, { firm }] of [...this.waits]) if (!firm) go();
  }

  private itemOf({ conversation, msg, replyTo, clientId = newClientId() }: Draft): Outgoing {
    const group = conversation.startsWith('g:');
    if (!group && !conversation.startsWith('u:'))
      throw new GodwitError({ code: 'bad_conversation', detail: conversation });
    const fixed = { clientId, conversation, msg, sentAt: this.host.clock.now() };
    const type = group ? 102 : 101;
    const reply = replyTo === undefined ? {} : { replyTo };
    return { ...fixed, ...reply, type, receiver: conversation.slice(2), state: 'waiting', attempts: 0 };
  }

  private nextOrder(): number {
    // Ascending whatever the clock does, and by the time where several tabs and runs meet.
    this.lastOrder = Math.max(this.lastOrder + 1, this.host.clock.now() * 1000);
    return this.lastOrder;
  }

  private changed(): void {
    this.host.changed(this.items);
    this.pump();
  }

  private store(entry: Entry): Promise<void> {
    const row = { item: entry.item, order: entry.order };
    return this.host.tables.run('readwrite', ['outbox'], (tx) => tx.put('outbox', entry.item.clientId, row));
  }

  private remove(clientId: string): void {
    if (!this.entries.delete(clientId)) return;
    this.done.add(clientId);
    if (this.done.size > MOST_DONE) this.done.delete(this.done.values().next().value as string);
    void this.host.tables.run('readwrite', ['outbox'], (tx) => tx.delete('outbox', clientId));
    this.changed();
  }

  private pump(): void {
    if (!this.running) return;
    for (const { item } of this.entries.values()) {
      if (this.lanes.size >= MOST_LANES) return;
      if (!this.lanes.has(item.conversation) && this.next(item.conversation)) void this.drain(item.conversation);
    }
  }

  private next(conversation: string): Entry | undefined {
    for (const entry of this.entries.values()) {
      const due = entry.item.conversation === conversation && entry.item.state !== 'failed' && !entry.answered;
      if (due) return entry;
    }
    return undefined;
  }

  private async drain(conversation: string): Promise<void> {
    this.lanes.add(conversation);
    const { signal } = this.ending;
    for (let entry = this.next(conversation); entry && !signal.aborted; entry = this.next(conversation)) {
      const wait = this.host.onLine() ? await this.attempt(entry, signal) : { ms: OFFLINE_LOOK_MS, firm: false };
      if (wait && !signal.aborted) await this.wait(wait);
    }
    this.lanes.delete(conversation);
    this.pump();
  }

  /** Answers how long to wait before the next attempt of anything in this conversation, if at all. */
  private async attempt(entry: Entry, signal: AbortSignal): Promise<Wait | null> {
    this.update(entry, { state: 'sending', attempts: entry.item.attempts + 1 });
    const { type, receiver, msg, clientId, sentAt, replyTo } = entry.item;
    const reply = replyTo === undefined ? {} : { replyTo };
    try {
      const answer = await this.host.api.sendMessage(
        { type, msgReceiver: receiver, msg, clientId, sentAt, ...reply },
        signal,
      );
      entry.answered = true;
      this.host.sent(this.frameOf(entry.item, answer));
      return null;
    } catch (error) {
      if (signal.aborted || !(error instanceof GodwitError)) return this.postpone(entry, FIRST_MS);
      return this.failed(entry, error);
    }
  }

  private failed(entry: Entry, error: GodwitError): Wait | null {
    if (this.host.refused(error)) {
      this.stop();
      return this.postpone(entry, FIRST_MS);
    }
    const again = error.status === 500 ? entry.item.attempts < MOST_INTERNAL : error.retryable;
    if (again) {
      const ms = fullJitter(entry.item.attempts - 1, this.host.random);
      return this.postpone(entry, error.retryAfterMs ?? ms, error.retryAfterMs !== undefined);
    }
    this.update(entry, { state: 'failed', error: { code: error.code, fields: error.fields } });
    if (this.entries.has(entry.item.clientId)) void this.store(entry);
    return null;
  }

  private postpone(entry: Entry, ms: number, firm = false): Wait {
    this.update(entry, { state: 'waiting' });
    return { ms, firm };
  }

  private update(entry: Entry, change: Partial<Outgoing>): void {
    entry.item = { ...entry.item, ...change };
    if (this.entries.has(entry.item.clientId)) this.host.changed(this.items);
  }

  private frameOf({ type, receiver, msg, clientId, replyTo }: Outgoing, answer: SendAnswer): Frame {
    const reply = replyTo === undefined ? {} : { replyTo };
    return { type, msgSender: this.host.me, msgReceiver: receiver, msg, ...answer, clientId, ...reply };
  }

  private wait({ ms, firm }: Wait): Promise<void> {
    return new Promise((resolve) => {
      const go = (): void => {
        this.host.clock.clearTimeout(timer);
        this.waits.delete(go);
        resolve();
      };
      const timer = this.host.clock.setTimeout(go, ms);
      this.waits.set(go, { firm });
    });
  }
}

/** The same message given twice is one; another under the same id is a mistake. */
function sameAs(known: Outgoing, item: Outgoing): Outgoing {
  const same = known.conversation === item.conversation && known.msg === item.msg && known.replyTo === item.replyTo;
  if (!same) throw new GodwitError({ code: 'client_id_reused', detail: item.clientId });
  return known;
}

/** 128 random bits. Not crypto.randomUUID: pages of an insecure origin do not have it. */
export function newClientId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
