import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { MemoryTables } from './memory.js';
import { TABLES, type Key, type Storage, type TableName, type Tables, type Transaction } from './tables.js';

type Change = ['put', TableName, Key, unknown] | ['delete', TableName, Key] | ['deleteRange', TableName, Key, Key];

/** A file that has grown to so many lines for each row is written anew. */
const LINES_A_ROW = 4;
const FEWEST_LINES = 1000;

/**
 * Keeps what a client keeps in a folder, one file an account, for one process at a time. A file is JSON, a transaction
 * a line; it is on the disk (fsync) when the transaction is done. A last line that a crash cut short is passed over.
 */
export function fileStorage(folder: string): Storage {
  return {
    open: async (name) => {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      return new FileTables(join(folder, `${encodeURIComponent(name)}.jsonl`)).load();
    },
  };
}

class FileTables implements Tables {
  private readonly memory = new MemoryTables();
  private file: number | undefined;
  private lines = 0;

  constructor(private readonly path: string) {}

  async load(): Promise<this> {
    for (const changes of readLines(this.path)) {
      await this.memory.run('readwrite', TABLES, (tx) => apply(tx, changes));
      this.lines += 1;
    }
    await this.compact();
    return this;
  }

  run<T>(mode: 'readonly' | 'readwrite', names: TableName[], work: (tx: Transaction) => Promise<T>): Promise<T> {
    if (mode === 'readonly') return this.memory.run(mode, names, work);
    return this.memory.run(mode, names, async (tx) => {
      const changes: Change[] = [];
      const result = await work(noting(tx, changes));
      if (changes.length > 0) await this.append(changes, tx);
      return result;
    });
  }

  async destroy(): Promise<void> {
    this.close();
    await this.memory.destroy();
    rmSync(this.path, { force: true });
  }

  close(): void {
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
  }

  private async append(changes: Change[], tx: Transaction): Promise<void> {
    if (this.file === undefined) return; // closed
    writeLines(this.file, [changes]);
    this.lines += 1;
    if (this.lines < FEWEST_LINES) return;
    const counts = await Promise.all(TABLES.map((table) => tx.count(table)));
    if (this.lines > LINES_A_ROW * counts.reduce((sum, count) => sum + count, 0)) await this.rewrite(tx);
  }

  private compact(): Promise<void> {
    return this.memory.run('readonly', TABLES, (tx) => this.rewrite(tx));
  }

  /** Beside the old one, then in its place: a crash leaves one of the two. */
  private async rewrite(tx: Transaction): Promise<void> {
    const rows: Change[][] = [];
    for (const table of TABLES)
      for (const [key, value] of await tx.all<unknown>(table)) rows.push([['put', table, key, value]]);
    const beside = `${this.path}.new`;
    const file = openSync(beside, 'w', 0o600);
    writeLines(file, rows);
    renameSync(beside, this.path);
    this.close();
    this.file = file;
    this.lines = rows.length;
  }
}

/** The same transaction, with all that it changes noted. */
function noting(tx: Transaction, changes: Change[]): Transaction {
  return {
    ...tx,
    put: (table, key, value) => (changes.push(['put', table, key, value]), tx.put(table, key, value)),
    delete: (table, key) => (changes.push(['delete', table, key]), tx.delete(table, key)),
    deleteRange: (table, lower, upper) => (
      changes.push(['deleteRange', table, lower, upper]), tx.deleteRange(table, lower, upper)
    ),
  };
}

async function apply(tx: Transaction, changes: Change[]): Promise<void> {
  for (const change of changes) {
    if (change[0] === 'put') await tx.put(change[1], change[2], change[3]);
    else if (change[0] === 'delete') await tx.delete(change[1], change[2]);
    else await tx.deleteRange(change[1], change[2], change[3]);
  }
}

/** JSON has no Infinity, which ends some ranges. */
const finite = (_: string, value: unknown): unknown => (value === Infinity ? Number.MAX_VALUE : value);

function writeLines(file: number, lines: Change[][]): void {
  if (lines.length > 0) writeSync(file, lines.map((changes) => `${JSON.stringify(changes, finite)}\n`).join(''));
  fsyncSync(file);
}

function readLines(path: string): Change[][] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return [];
    throw error;
  }
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  return whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Change[]);
}
