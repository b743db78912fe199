import { within, type Clock } from './clock.js';
import type { ClientEvents, EventName, Handler } from './surface.js';

/** The longest that frames wait for a handler; a handler that never ends must not stop the world. */
export const HANDLER_MS = 30_000;

type AnyHandler = (event: never) => void | Promise<void>;

export class Emitter {
  private readonly handlers = new Map<EventName, Set<AnyHandler>>();

  constructor(private readonly clock: Clock) {}

  on<E extends EventName>(event: E, handler: Handler<E>): () => void {
    const handlers = this.handlers.get(event) ?? new Set<AnyHandler>();
    this.handlers.set(event, handlers);
    // A function of its own, so that one handler given twice is two.
    const own: Handler<E> = (payload) => handler(payload);
    handlers.add(own);
    return () => handlers.delete(own);
  }

  /**
   * Resolves once every handler has settled. A handler's fault is its own: it is told on the console and stops nobody.
   */
  async emit<E extends EventName>(event: E, payload: ClientEvents[E]): Promise<void> {
    const running: Promise<unknown>[] = [];
    for (const handler of [...(this.handlers.get(event) ?? [])] as Handler<E>[]) {
      try {
        const result: unknown = handler(payload);
        // In JavaScript a handler may answer anything.
        if (result instanceof Promise) running.push(result.catch(report));
      } catch (error) {
        report(error);
      }
    }
    if (running.length > 0) await within(this.clock, HANDLER_MS, Promise.all(running), undefined);
  }

  clear(): void {
    this.handlers.clear();
  }
}

function report(error: unknown): void {
  console.error('godwit: a handler failed', error);
}
