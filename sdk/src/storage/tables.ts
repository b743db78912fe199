/** The little that the client needs of a database. Keys are ordered as IndexedDB orders them. */
export type Key = string | number | [string, number];
export type TableName = 'frames' | 'spans' | 'values' | 'outbox';
export const TABLES: TableName[] = ['frames', 'spans', 'values', 'outbox'];

export interface Scan {
  /** Both included. */
  lower: Key;
  upper: Key;
  limit: number;
  /** From the upper end down. */
  descending?: boolean;
}

/** One transaction: all of its writes happen, or none. Nothing but these calls may be awaited inside. */
export interface Transaction {
  get<T>(table: TableName, key: Key): Promise<T | undefined>;
  put(table: TableName, key: Key, value: unknown): Promise<void>;
  delete(table: TableName, key: Key): Promise<void>;
  deleteRange(table: TableName, lower: Key, upper: Key): Promise<void>;
  scan<T>(table: TableName, scan: Scan): Promise<T[]>;
  all<T>(table: TableName): Promise<[Key, T][]>;
  count(table: TableName): Promise<number>;
}

export interface Tables {
  run<T>(mode: 'readonly' | 'readwrite', names: TableName[], work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Removes everything for good. */
  destroy(): Promise<void>;
  close(): void;
}

/** Where a client keeps what it keeps, by the name of server and account. */
export interface Storage {
  open(name: string): Promise<Tables>;
}
