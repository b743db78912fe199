import { nextTick } from 'vue';

/** What opened a menu stands for its entries, which are gone when the menu is. */
function lasting(element: Element | null): HTMLElement | null {
  const label = element?.closest('[role="menu"]')?.getAttribute('aria-labelledby');
  return ((label && document.getElementById(label)) || element) as HTMLElement | null;
}

/** Whether the focus fell to nowhere: what had it was removed, hidden or disabled. */
export const focusIsLost = (): boolean => !document.activeElement || document.activeElement === document.body;

/**
 * Where the focus is now, to be given back after a dialog or an action that may have taken its place away: then to the first of
 * `others` that is still there, to the row of a list that it was in, or to the main part. It is left alone where somebody
 * moved it meanwhile.
 */
export function holdFocus(): (...others: (HTMLElement | null | undefined)[]) => Promise<void> {
  const place = lasting(document.activeElement);
  // A dialog gives the focus back by itself to what has it when it opens; an entry of a menu would be gone by then.
  if (place !== document.activeElement) place?.focus();
  const row = place?.closest('li')?.querySelector<HTMLElement>('[data-row]');
  return async (...others) => {
    await nextTick();
    for (const element of [place, ...others, row, document.getElementById('main')]) {
      if (!focusIsLost()) return;
      if (element?.isConnected) element.focus();
    }
  };
}
