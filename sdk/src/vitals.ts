import type { Clock } from './clock.js';
import type { Platform } from './platform.js';

const LOOK_MS = 15_000;
/** A timer this late means that the device slept. */
const SLEPT_MS = 20_000;
export const EXPIRING_MS = 5 * 60_000;
/** Timers take no longer delay than 2^31 ms. */
const LONGEST_MS = 2 ** 31 - 1;

export interface VitalsHost {
  online(): void;
  offline(): void;
  /** The page is seen again. */
  visible(): void;
  /** The device was asleep: nothing that was open can be trusted. */
  woke(): void;
  /** The page may be gone after this. */
  leaving(): void;
  expiring(): void;
  /** Now and then, while the page is seen. */
  beat(): void;
}

/** Listens to the device: its network, its sleep, the page's visibility, the end of the login. */
export class Vitals {
  private readonly stops: (() => void)[] = [];
  private look: unknown;
  private expiry: unknown;

  constructor(
    private readonly platform: Platform,
    private readonly clock: Clock,
    private readonly expiresAt: number,
    private readonly host: VitalsHost,
  ) {}

  start(): void {
    const { window, document } = this.platform;
    this.listen(window, 'online', () => this.host.online());
    this.listen(window, 'offline', () => this.host.offline());
    this.listen(window, 'pagehide', () => this.host.leaving());
    this.listen(document, 'visibilitychange', () => {
      if (document?.visibilityState === 'visible') this.host.visible();
    });
    this.watchSleep();
    this.watchExpiry();
  }

  close(): void {
    for (const stop of this.stops) stop();
    this.clock.clearTimeout(this.look);
    this.clock.clearTimeout(this.expiry);
  }

  private listen(target: EventTarget | undefined, name: string, run: () => void): void {
    target?.addEventListener(name, run);
    this.stops.push(() => target?.removeEventListener(name, run));
  }

  private watchSleep(): void {
    const due = this.clock.now() + LOOK_MS;
    this.look = this.clock.setTimeout(() => {
      // A hidden page's timers are slowed down to one a minute: late there says nothing.
      const hidden = this.platform.document?.visibilityState === 'hidden';
      if (this.clock.now() - due > (hidden ? 6 : 1) * SLEPT_MS) this.host.woke();
      if (!hidden) this.host.beat();
      this.watchSleep();
    }, LOOK_MS);
  }

  private watchExpiry(): void {
    const ms = this.expiresAt - EXPIRING_MS - this.clock.now();
    if (ms <= LONGEST_MS) this.expiry = this.clock.setTimeout(() => this.host.expiring(), Math.max(0, ms));
    else this.expiry = this.clock.setTimeout(() => this.watchExpiry(), LONGEST_MS);
  }
}
