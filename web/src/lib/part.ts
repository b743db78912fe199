/** An upgraded server no longer has the parts that an old page asks for; each browser says so in words of its own. */
const chunkTexts = /dynamically imported module|importing a module script|Unable to preload|error loading dynamically/i;

export const isLostPart = (error: unknown): boolean => error instanceof Error && chunkTexts.test(error.message);

/** How often a part is asked for again while the server is there but busy, and how long is waited at most in between. */
export const mostTries = 6;
const firstWaitMs = 500;
const mostWaitMs = 10_000;

export type ServerNow =
  /** It has this page's parts. */
  | { kind: 'same' }
  /** It asks to wait: 429, or a proxy's 502, 503, 504. */
  | { kind: 'busy'; waitMs: number }
  | { kind: 'newer' }
  | { kind: 'away' };

const entryOf = (page: Document): string =>
  page.querySelector('script[type="module"][src]')?.getAttribute('src') ?? '';

/** What the server has to say about a part that could not be fetched: whether its page is still this one. */
export async function askServer(): Promise<ServerNow> {
  try {
    const answer = await fetch('/', { cache: 'no-store' });
    if (answer.status === 429 || answer.status >= 500)
      return { kind: 'busy', waitMs: Math.min(mostWaitMs, Number(answer.headers.get('Retry-After') ?? 0) * 1000 || 0) };
    return (await answer.text()).includes(entryOf(document)) ? { kind: 'same' } : { kind: 'newer' };
  } catch {
    return { kind: 'away' };
  }
}

/**
 * A part of the page that is fetched when it is needed. While the server is there and has it, it is asked for again
 * with growing delay; a page that is outdated and a server that is away are told at once.
 */
export function part<T>(load: () => Promise<T>): () => Promise<T> {
  return async () => {
    for (let tried = 1; ; tried += 1) {
      try {
        return await load();
      } catch (error) {
        if (!isLostPart(error) || tried >= mostTries) throw error;
        const server = await askServer();
        if (server.kind === 'newer' || server.kind === 'away') throw error;
        const asked = server.kind === 'busy' ? server.waitMs : 0;
        const waitMs = Math.max(asked, Math.min(mostWaitMs, firstWaitMs * 2 ** (tried - 1)));
        await new Promise((resolve) => setTimeout(resolve, waitMs * (1 + Math.random() / 2)));
      }
    }
  };
}
