import type { Clock } from '../clock.js';
import type { Platform } from '../platform.js';
import { FallbackTables } from './fallback.js';
import { IndexedTables } from './indexeddb.js';
import { MemoryTables } from './memory.js';
import type { Storage, Tables } from './tables.js';

/**
 * Where an account's things are: unsent messages and what is to be kept in any case in IndexedDB or the given storage, the
 * cache there too or in memory.
 */
export class AccountStorage {
  readonly kept: Tables;
  readonly cache: Tables;
  /** Other tabs read what this one writes to the cache. */
  shared: boolean;

  constructor(
    platform: Platform,
    clock: Clock,
    name: string,
    { persistent = true, storage }: { persistent?: boolean; storage?: Storage },
    failed: () => void,
  ) {
    const { indexedDB } = platform;
    this.shared = persistent;
    const browser = indexedDB && (() => IndexedTables.open(indexedDB, name, clock));
    this.kept = new FallbackTables(storage ? () => storage.open(name) : browser, () => {
      this.shared = false;
      failed();
    });
    this.cache = persistent ? this.kept : new MemoryTables();
  }

  async destroy(): Promise<void> {
    await Promise.all([this.kept.destroy(), this.cache.destroy()]);
  }

  close(): void {
    this.kept.close();
    this.cache.close();
  }
}
