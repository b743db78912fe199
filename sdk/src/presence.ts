export const MOST_ONLINE = 10_000;

/** Who is online. After a reconnect the server names those who are; who is not named has gone meanwhile. */
export class Presence {
  private online = new Set<string>();
  private before = new Set<string>();

  /** A 201: the names begin anew. */
  begin(): void {
    this.before = this.online;
    this.online = new Set();
  }

  /** The names have come; answers who is not among them. */
  gone(): string[] {
    const gone = [...this.before].filter((key) => !this.online.has(key));
    this.before = new Set();
    return gone;
  }

  set(key: string, online: boolean): void {
    if (!online) this.online.delete(key);
    else if (this.online.size < MOST_ONLINE) this.online.add(key);
  }

  get keys(): string[] {
    return [...this.online];
  }
}
