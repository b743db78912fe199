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
  const broken = process.env['BREAK'] ?? '';
  if (broken.startsWith('abort:')) await context.route(new RegExp(broken.slice(6)), (r) => (r.request().method() === 'GET' ? r.continue() : r.abort()));
  if (broken === 'clientid')
    await context.route(/\/v1\/messages$/, (r) => {
      const body = r.request().postDataJSON();
      void r.continue({ postData: JSON.stringify({ ...body, clientId: body.clientId.slice(0, 20) + Math.random() }) });
    });
  if (broken === 'locks') await context.addInitScript(() => Object.defineProperty(navigator, 'locks', { value: undefined }));
  if (broken === 'ime')
    await context.addInitScript(() => {
      Object.defineProperty(KeyboardEvent.prototype, 'isComposing', { get: () => false });
      Object.defineProperty(KeyboardEvent.prototype, 'keyCode', { get: () => 13 });
    });
  if (broken === 'policy')
    await context.route(/\/(login|chat.*)?$/, async (r) => {
      const answer = await r.fetch();
      const headers = { ...answer.headers() };
      delete headers['content-security-policy'];
      await r.fulfill({ response: answer, headers });
    });
  if (broken === 'policy')
    await context.addInitScript(() => {
      new MutationObserver(() => {
        for (const span of document.querySelectorAll('article span, [role=article] span'))
          if (!span.children.length && span.textContent?.includes('<img')) span.innerHTML = span.textContent;
      }).observe(document, { childList: true, subtree: true });
    });
  if (broken === 'style')
    await context.addInitScript(() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync('.text-muted { color: #bbb !important } main { min-width: 400px !important }');
      document.adoptedStyleSheets = [sheet];
    });
  if (broken === 'jump') await context.addInitScript(() => setInterval(() => document.querySelector('[role=log]')?.scrollBy(0, 5), 30));
  if (broken === 'nodb') await context.addInitScript(() => Object.defineProperty(window, 'indexedDB', { value: undefined }));
  context.on('page', (page) => faults.watch(page));
  return context;
}
