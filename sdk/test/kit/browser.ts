import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import type { ChannelLike, LocksLike, Platform } from '../../src/platform.js';

// Node has none, and it is looked up as a global.
Object.assign(globalThis, { IDBKeyRange });

interface Waiting {
  stolen?: boolean;
  run: () => Promise<void>;
  done: (error?: Error) => void;
}

/** Locks as a browser's tabs share them: one holder, the others in a row. */
export class FakeLocks implements LocksLike {
  private readonly rows = new Map<string, Waiting[]>();

  request(
    name: string,
    { signal, steal }: { signal?: AbortSignal; steal?: boolean },
    run: () => Promise<void>,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const row = this.rows.get(name) ?? [];
      this.rows.set(name, row);
      const waiting: Waiting = { run, done: (error) => (error ? reject(error) : resolve()) };
      if (steal) {
        const robbed = row.shift();
        if (robbed) robbed.stolen = true;
        robbed?.done(new Error('stolen'));
        row.unshift(waiting);
        queueMicrotask(() => this.hold(row));
        return;
      }
      row.push(waiting);
      signal?.addEventListener('abort', () => {
        const at = row.indexOf(waiting);
        if (at <= 0) return;
        row.splice(at, 1);
        reject(new Error('aborted'));
      });
      if (row.length === 1) queueMicrotask(() => this.hold(row));
    });
  }

  async query(): Promise<{ held: { name: string }[] }> {
    return { held: [...this.rows].filter(([, row]) => row.length > 0).map(([name]) => ({ name })) };
  }

  private hold(row: Waiting[]): void {
    const [first] = row;
    if (!first) return;
    void first.run().then(() => {
      if (first.stolen) return;
      first.done();
      row.shift();
      this.hold(row);
    });
  }
}

/** What the tabs of one browser share. A tab that has crashed neither says nor hears anything any more. */
export class Browser {
  readonly locks = new FakeLocks();
  readonly indexedDB = new IDBFactory();
  private readonly channels = new Set<FakeChannel>();

  tab(): Partial<Platform> & { crash: () => void; freeze: (frozen: boolean) => void } {
    const { channels } = this;
    const own = new Set<FakeChannel>();
    const BroadcastChannel = class extends FakeChannel {
      constructor(name: string) {
        super(name, channels);
        own.add(this);
      }
    };
    const ends: (() => void)[] = [];
    const locks: LocksLike = {
      query: () => this.locks.query(),
      request: (name, options, run) =>
        this.locks.request(name, options, () => Promise.race([run(), new Promise<void>((end) => ends.push(end))])),
    };
    const crash = (): void => {
      for (const channel of own) channel.close();
      for (const end of ends) end();
    };
    const freeze = (frozen: boolean): void => {
      for (const channel of own) channel.freeze(frozen);
    };
    return { locks, BroadcastChannel, indexedDB: this.indexedDB, crash, freeze };
  }
}

class FakeChannel implements ChannelLike {
  onmessage: ChannelLike['onmessage'] = null;
  private frozen = false;
  private readonly kept: unknown[] = [];

  constructor(
    private readonly name: string,
    private readonly all: Set<FakeChannel>,
  ) {
    all.add(this);
  }

  postMessage(message: unknown): void {
    if (!this.all.has(this)) return;
    for (const other of this.all) {
      if (other === this || other.name !== this.name) continue;
      const data: unknown = structuredClone(message);
      queueMicrotask(() => other.hear(data));
    }
  }

  /** A frozen tab hears everything once it thaws. */
  freeze(frozen: boolean): void {
    this.frozen = frozen;
    if (!frozen) for (const data of this.kept.splice(0)) this.hear(data);
  }

  private hear(data: unknown): void {
    if (this.frozen) this.kept.push(data);
    else if (this.all.has(this)) this.onmessage?.({ data });
  }

  close(): void {
    this.all.delete(this);
  }
}
