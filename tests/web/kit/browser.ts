import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

export const launch = (): Promise<Browser> => chromium.launch({ executablePath, args });

/** What no page may do: break the policy, throw, or write an error to the console. A test asks for it at its end. */
export class Faults {
  readonly found: string[] = [];
  /** Lines that a test provokes on purpose (a refused call is written to the console by the browser itself). */
  private readonly expected = [/Failed to load resource/, /WebSocket connection to .* failed/, /net::ERR_/];

  watch(page: Page): void {
    page.on('pageerror', (error) => this.found.push(`thrown: ${error.stack ?? error.message}`));
    page.on('console', (message) => {
      if (message.type() !== 'error' && !/Content.Security.Policy|TrustedHTML/i.test(message.text())) return;
      if (!this.expected.some((pattern) => pattern.test(message.text()))) this.found.push(`console: ${message.text()}`);
    });
  }

  async watchPolicy(context: BrowserContext): Promise<void> {
    await context.exposeFunction('godwitPolicyViolated', (what: string) => this.found.push(`policy: ${what}`));
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        const report = (window as unknown as { godwitPolicyViolated(what: string): void }).godwitPolicyViolated;
        report(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
      });
    });
  }
}

/** A browser of its own for one person: no storage shared with anybody else. */
export async function openContext(
  browser: Browser,
  faults: Faults,
  options: BrowserContextOptions = {},
): Promise<BrowserContext> {
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 800 }, ...options });
  context.setDefaultTimeout(15_000);
  await faults.watchPolicy(context);
  context.on('page', (page) => faults.watch(page));
  return context;
}
