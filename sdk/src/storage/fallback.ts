import { MemoryTables } from './memory.js';
import type { TableName, Tables, Transaction } from './tables.js';

/** IndexedDB for as long as it works, memory from its first fault on. Nobody who uses it sees an error of storage. */
export class FallbackTables implements Tables {
  private readonly tables: Promise<Tables>;
  private memory: MemoryTables | undefined;
  private closed = false;

  constructor(
    open: (() => Promise<Tables>) | undefined,
    private readonly failed: () => void,
  ) {
    // Not before the caller had a chance to listen.
    this.tables = Promise.resolve()
      .then(() => (open ? open() : this.fall()))
      .catch(() => this.fall());
  }

  async run<T>(mode: 'readonly' | 'readwrite', names: TableName[], work: (tx: Transaction) => Promise<T>): Promise<T> {
    const tables = this.memory ?? (await this.tables);
    if (tables instanceof MemoryTables) return tables.run(mode, names, work);
    try {
      return await tables.run(mode, names, work);
    } catch {
      return this.fall().run(mode, names, work);
    }
  }

  async destroy(): Promise<void> {
    this.closed = true;
    await (await this.tables).destroy().catch(() => undefined);
    await this.memory?.destroy();
  }

  close(): void {
    this.closed = true;
    void this.tables.then((tables) => tables.close());
  }

  private fall(): MemoryTables {
    if (this.memory) return this.memory;
    this.memory = new MemoryTables();
    if (!this.closed) this.failed();
    return this.memory;
  }
}
