import { GodwitError } from './errors.js';
import type { KeyValues } from './surface.js';
import type { Tables, Transaction } from './storage/tables.js';

export const MOST_VALUES = 2000;
export const LARGEST_VALUE = 64 * 1024;
const PREFIX = 'kv:';

/** Small values by name: in the cache, or where unsent messages are kept. */
export class Values implements KeyValues {
  constructor(
    private readonly cache: Tables,
    private readonly kept: Tables,
  ) {}

  async get<T>(key: string): Promise<T | undefined> {
    const read = (tx: Transaction): Promise<T | undefined> => tx.get<T>('values', PREFIX + key);
    const value = await this.cache.run('readonly', ['values'], read);
    return value !== undefined || this.kept === this.cache ? value : this.kept.run('readonly', ['values'], read);
  }

  async set(key: string, value: unknown, options: { keep?: boolean } = {}): Promise<void> {
    const text = JSON.stringify(value);
    if (text === undefined) return this.delete(key);
    if (text.length > LARGEST_VALUE) throw new GodwitError({ code: 'kv_too_large', detail: key });
    const tables = options.keep ? this.kept : this.cache;
    const stored = await tables.run('readwrite', ['values'], async (tx) => {
      const there = (await tx.get('values', PREFIX + key)) !== undefined;
      if (!there && (await tx.count('values')) >= MOST_VALUES) return false;
      // As JSON says it: what is no plain data (a reactive proxy, say) cannot be stored as it is.
      await tx.put('values', PREFIX + key, JSON.parse(text));
      return true;
    });
    if (!stored) throw new GodwitError({ code: 'kv_full' });
    // The other place must not go on saying something older.
    if (this.kept !== this.cache) await this.remove(tables === this.kept ? this.cache : this.kept, key);
  }

  async delete(key: string): Promise<void> {
    await this.remove(this.cache, key);
    if (this.kept !== this.cache) await this.remove(this.kept, key);
  }

  private remove(tables: Tables, key: string): Promise<void> {
    return tables.run('readwrite', ['values'], (tx) => tx.delete('values', PREFIX + key));
  }
}
