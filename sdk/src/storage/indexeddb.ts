import { within, type Clock } from '../clock.js';
import { TABLES, type Key, type Scan, type TableName, type Tables, type Transaction } from './tables.js';

/**
 * Raised with the shape of what is kept. A database of another version is emptied: all but the outbox can be read
 * again.
 */
export const SCHEMA = 1;
const OPEN_MS = 3000;
/** A transaction that takes longer counts as failed. */
const RUN_MS = 10_000;

/** Tables in one IndexedDB database. Every fault rejects; nothing hangs for ever. */
export class IndexedTables implements Tables {
  private constructor(
    private readonly factory: IDBFactory,
    private readonly name: string,
    private readonly database: IDBDatabase,
    private readonly clock: Clock,
  ) {
    // Another tab removes or upgrades the database: it must not have to wait for this one.
    database.onversionchange = () => database.close();
  }

  static async open(factory: IDBFactory, name: string, clock: Clock): Promise<IndexedTables> {
    const request = factory.open(name, SCHEMA);
    request.onupgradeneeded = () => upgrade(request.result, request.transaction as IDBTransaction);
    const opening = done(request);
    const database = await within(clock, OPEN_MS, opening, null);
    if (database) return new IndexedTables(factory, name, database, clock);
    opening.then(
      (late) => late.close(),
      () => undefined,
    );
    throw new Error('IndexedDB does not open');
  }

  async run<T>(mode: IDBTransactionMode, names: TableName[], work: (tx: Transaction) => Promise<T>): Promise<T> {
    const tx = this.database.transaction(names, mode);
    const committed = new Promise<void>((resolve, reject) => {
      tx.oncomplete = () => resolve();
      tx.onabort = () => reject(tx.error ?? new Error('aborted'));
    });
    const result = work(new IndexedTransaction(tx));
    result.catch(() => abort(tx));
    const both = Promise.all([result, committed]);
    const outcome = await within(this.clock, RUN_MS, both, null);
    if (!outcome) throw new Error('IndexedDB does not answer');
    return outcome[0];
  }

  async destroy(): Promise<void> {
    this.database.close();
    await within(this.clock, OPEN_MS, done(this.factory.deleteDatabase(this.name)), undefined);
  }

  close(): void {
    this.database.close();
  }
}

class IndexedTransaction implements Transaction {
  constructor(private readonly tx: IDBTransaction) {}

  get<T>(table: TableName, key: Key): Promise<T | undefined> {
    return done(this.tx.objectStore(table).get(key) as IDBRequest<T | undefined>);
  }
  async put(table: TableName, key: Key, value: unknown): Promise<void> {
    await done(this.tx.objectStore(table).put(value, key));
  }
  delete(table: TableName, key: Key): Promise<void> {
    return done(this.tx.objectStore(table).delete(key));
  }
  deleteRange(table: TableName, lower: Key, upper: Key): Promise<void> {
    return done(this.tx.objectStore(table).delete(range(lower, upper)));
  }
  scan<T>(table: TableName, { lower, upper, limit, descending }: Scan): Promise<T[]> {
    const store = this.tx.objectStore(table);
    if (!descending) return done(store.getAll(range(lower, upper), limit) as IDBRequest<T[]>);
    return new Promise((resolve, reject) => {
      const found: T[] = [];
      const request = store.openCursor(range(lower, upper), 'prev');
      request.onerror = () => reject(request.error);
      request.onsuccess = () => {
        const cursor = request.result;
        if (!cursor) return resolve(found);
        found.push(cursor.value as T);
        if (found.length < limit) cursor.continue();
        else resolve(found);
      };
    });
  }
  async all<T>(table: TableName): Promise<[Key, T][]> {
    const store = this.tx.objectStore(table);
    const [keys, values] = await Promise.all([done(store.getAllKeys()), done(store.getAll())]);
    return keys.map((key, at) => [key as Key, values[at] as T]);
  }
  count(table: TableName): Promise<number> {
    return done(this.tx.objectStore(table).count());
  }
}

function upgrade(database: IDBDatabase, tx: IDBTransaction): void {
  for (const name of TABLES) {
    if (!database.objectStoreNames.contains(name)) database.createObjectStore(name);
    else if (name !== 'outbox') tx.objectStore(name).clear();
  }
}

function range(lower: Key, upper: Key): IDBKeyRange {
  return IDBKeyRange.bound(lower, upper);
}

function abort(tx: IDBTransaction): void {
  try {
    tx.abort();
  } catch {
    // It has ended already; the failure is told by `result`.
  }
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
