import type { Key, Scan, TableName, Tables, Transaction } from './tables.js';

type Row = [Key, unknown];

/** Tables that end with the page. Transactions run one after the other. */
export class MemoryTables implements Tables {
  private readonly tables = new Map<TableName, Row[]>();
  private last: Promise<unknown> = Promise.resolve();

  run<T>(_mode: 'readonly' | 'readwrite', _names: TableName[], work: (tx: Transaction) => Promise<T>): Promise<T> {
    const run = this.last.then(() => work(this.transaction()));
    this.last = run.catch(() => undefined);
    return run;
  }

  async destroy(): Promise<void> {
    this.tables.clear();
  }

  close(): void {
    this.tables.clear();
  }

  private rows(table: TableName): Row[] {
    const rows = this.tables.get(table) ?? [];
    this.tables.set(table, rows);
    return rows;
  }

  private transaction(): Transaction {
    return {
      get: async <T>(table: TableName, key: Key) => {
        const rows = this.rows(table);
        const at = position(rows, key);
        return rows[at] && compare(rows[at][0], key) === 0 ? (rows[at][1] as T) : undefined;
      },
      put: async (table, key, value) => {
        const rows = this.rows(table);
        const at = position(rows, key);
        const there = rows[at] !== undefined && compare(rows[at][0], key) === 0;
        rows.splice(at, there ? 1 : 0, [key, value]);
      },
      delete: async (table, key) => this.remove(table, key, key),
      deleteRange: async (table, lower, upper) => this.remove(table, lower, upper),
      scan: async <T>(table: TableName, scan: Scan) => this.between(table, scan) as T[],
      all: async <T>(table: TableName) => [...this.rows(table)] as [Key, T][],
      count: async (table) => this.rows(table).length,
    };
  }

  private remove(table: TableName, lower: Key, upper: Key): void {
    const rows = this.rows(table);
    const from = position(rows, lower);
    rows.splice(from, end(rows, upper) - from);
  }

  private between(table: TableName, { lower, upper, limit, descending }: Scan): unknown[] {
    const rows = this.rows(table);
    const from = position(rows, lower);
    const to = end(rows, upper);
    const part = descending
      ? rows.slice(Math.max(from, to - limit), to).reverse()
      : rows.slice(from, Math.min(to, from + limit));
    return part.map(([, value]) => value);
  }
}

/** The first row that is not below the key. */
function position(rows: Row[], key: Key): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare((rows[middle] as Row)[0], key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function end(rows: Row[], key: Key): number {
  const at = position(rows, key);
  return rows[at] && compare(rows[at][0], key) === 0 ? at + 1 : at;
}

function compare(a: Key, b: Key): number {
  if (Array.isArray(a) && Array.isArray(b)) return compare(a[0], b[0]) || compare(a[1], b[1]);
  return a < b ? -1 : a > b ? 1 : 0;
}
