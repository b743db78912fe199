import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const documented = readFileSync(new URL('../../../docs/settings.md', import.meta.url), 'utf8');
const settingNames: string[] = documented.match(/[a-z]+\.[a-z_]+/g) ?? [];
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const everything = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };
const colours = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] };

/** By how many pixels the page can be scrolled sideways; what is cut off inside it counts, too. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { documentElement, body } = document;
    return Math.max(0, documentElement.scrollWidth - innerWidth, body.scrollWidth - innerWidth);
  });
}

/**
 * Serious and critical findings of axe, each with where; for the second theme of a screen only what colours can
 * change. Evaluating comes in from outside, so the page's policy stays as it is.
 */
export async function findings(page: Page, coloursOnly = false): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate((runOnly) => {
    type Axe = { run(context: Document, options: object): Promise<AxeResults> };
    const { axe } = window as unknown as { axe: Axe };
    return axe.run(document, { runOnly, resultTypes: ['violations'] });
  }, coloursOnly ? colours : everything);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, any }) => `${id}: ${html.slice(0, 160)} ${any[0]?.message ?? ''}`));
}

/** Keys of texts that stand where the texts should. The server's settings have names of that look, which are meant. */
export function rawKeys(page: Page): Promise<string[]> {
  return page.evaluate((settings) => {
    const shown = [...document.body.innerText.split(/\s+/)];
    for (const element of document.querySelectorAll('[aria-label],[title],[placeholder]'))
      for (const name of ['aria-label', 'title', 'placeholder']) shown.push(element.getAttribute(name) ?? '');
    return shown.filter((text) => /^[a-z]+(\.[a-z][a-zA-Z]+)+$/.test(text) && !settings.includes(text));
  }, settingNames);
}

/**
 * Until nothing has moved for some frames, but for what moves for ever. One look is not enough: a colour that is
 * inherited through elements with transitions reaches the innermost a frame later at each level.
 */
export async function settle(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready;
    const moving = () =>
      document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Infinity && !isOver(one));
    const isOver = ({ playState }: Animation) => playState === 'finished' || playState === 'idle';
    for (let still = 0, frames = 0; still < 6 && frames < 300; frames += 1) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      still = moving().length === 0 ? still + 1 : 0;
    }
  });
}
