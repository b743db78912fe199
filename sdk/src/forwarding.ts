import type { Outgoing } from './surface.js';

interface Own {
  item: Outgoing;
  listed: boolean;
}

/** What this tab has given to the tab that sends, until that one is known to have taken it over. */
export class Forwarding {
  private readonly own = new Map<string, Own>();

  add(item: Outgoing): void {
    this.own.set(item.clientId, { item, listed: false });
  }

  done(clientId: string): void {
    this.own.delete(clientId);
  }

  /** For a new leader, which may never have heard of them. */
  get items(): Outgoing[] {
    return [...this.own.values()].map((own) => own.item);
  }

  /** The leader's list, and what is still on its way to the leader. Once listed and gone again, an item is done. */
  merge(list: Outgoing[]): Outgoing[] {
    const listed = new Set(list.map((item) => item.clientId));
    for (const [clientId, own] of this.own) {
      if (listed.has(clientId)) own.listed = true;
      else if (own.listed) this.own.delete(clientId);
    }
    return [...list, ...this.items.filter((item) => !listed.has(item.clientId))];
  }
}
