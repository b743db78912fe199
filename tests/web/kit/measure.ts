import { request } from 'node:http';
import type { Page } from 'playwright-core';
import type { Person } from './person';

/** Counts from here on; the answer tells what the scripts and styles that came would weigh in gzip. */
export function transferred(page: Page): () => Promise<{ files: number; gzipKb: number }> {
  const urls = new Set<string>();
  page.on('response', (answer) => {
    if (/\.(js|css)$/.test(new URL(answer.url()).pathname) && answer.ok()) urls.add(answer.url());
  });
  return async () => {
    const sizes = await Promise.all([...urls].map(gzipSize));
    return { files: urls.size, gzipKb: Math.round(sizes.reduce((sum, size) => sum + size, 0) / 102.4) / 10 };
  };
}

function gzipSize(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request(url, { headers: { 'accept-encoding': 'gzip' } }, (answer) => {
      let size = 0;
      answer.on('data', (chunk: Buffer) => (size += chunk.length));
      answer.on('end', () => resolve(size));
    });
    call.on('error', reject).end();
  });
}

interface Watching {
  shownAt?: number;
}

/** From the next page on, remembers when something that `selector` names is first in the document. */
export async function watchFirst(page: Page, selector: string): Promise<void> {
  await page.addInitScript((wanted) => {
    const watching = window as unknown as Watching;
    new MutationObserver((_, observer) => {
      if (!document.querySelector(wanted)) return;
      watching.shownAt = performance.now();
      observer.disconnect();
    }).observe(document, { childList: true, subtree: true });
  }, selector);
}

/** Milliseconds from the beginning of the navigation. */
export async function firstShown(page: Page): Promise<number> {
  const at = await page.evaluate(() => (window as unknown as Watching).shownAt);
  if (at === undefined) throw new Error('it was never shown');
  return Math.round(at);
}

/** From the Enter key to the message in the document, in the page's own time; sorted. */
export async function echoTimes(person: Person, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const text = `echo ${index}`;
    await person.chat.composer.fill(text);
    const echo = person.page.evaluate(
      (wanted) =>
        new Promise<number>((resolve) => {
          const log = document.querySelector('[role="log"]') as HTMLElement;
          let begun = 0;
          addEventListener('keydown', () => (begun = performance.now()), { capture: true, once: true });
          new MutationObserver((_, observer) => {
            if (![...log.querySelectorAll('[role="article"]')].some((row) => row.textContent?.includes(wanted))) return;
            observer.disconnect();
            resolve(performance.now() - begun);
          }).observe(log, { childList: true, subtree: true });
        }),
      text,
    );
    // The page is asked and told in order: by now it listens.
    await person.chat.composer.press('Enter');
    times.push(await echo);
  }
  return times.sort((a, b) => a - b);
}

export interface Scrolled {
  rows: number;
  jump: number;
  from: number;
  to: number;
}

/** Scrolls towards the beginning, and measures how far what one reads moves without being scrolled. */
export function scrollUp(page: Page, messages: number): Promise<Scrolled> {
  return page.evaluate(async (distance) => {
    const log = document.querySelector('[role="log"]') as HTMLElement;
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const rows = () => [...log.querySelectorAll<HTMLElement>('[data-seq]')];
    const seqOf = (row: HTMLElement) => Number(row.dataset['seq']);
    const inView = () => {
      const box = log.getBoundingClientRect();
      return rows().find((row) => row.getBoundingClientRect().top > box.top + box.height / 3);
    };
    const from = Math.max(...rows().map(seqOf));
    const seen = { rows: 0, jump: 0, from, to: from };
    const until = performance.now() + 60_000;
    while (from - seen.to < distance && performance.now() < until) {
      log.scrollTop -= 400;
      await frame();
      await frame();
      const anchor = inView();
      if (!anchor) continue;
      const [seq, top] = [seqOf(anchor), anchor.getBoundingClientRect().top];
      for (let frames = 0; frames < 6; frames += 1) {
        await frame();
        const now = rows().find((row) => seqOf(row) === seq);
        const moved = now ? Math.abs(now.getBoundingClientRect().top - top) : Infinity;
        seen.jump = Math.max(seen.jump, Math.round(moved * 10) / 10);
        seen.rows = Math.max(seen.rows, rows().length);
      }
      seen.to = Math.min(seen.to, ...rows().map(seqOf));
    }
    return seen;
  }, messages);
}
