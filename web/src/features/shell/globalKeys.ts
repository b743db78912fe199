export type GlobalKey = 'switcher' | 'help' | 'next' | 'previous' | 'leave';

/** What of a key press matters here. */
export type Press = Pick<
  KeyboardEvent,
  'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'isComposing' | 'defaultPrevented'
>;

/** What a key press means everywhere in the page, or null. While one types, `?` is a question mark. */
export function globalKey(press: Press, typing: boolean): GlobalKey | null {
  if (press.isComposing || press.defaultPrevented) return null;
  const command = press.ctrlKey || press.metaKey;
  if (command && !press.altKey && !press.shiftKey && press.key.toLowerCase() === 'k') return 'switcher';
  if (command) return null;
  if (press.altKey && !press.shiftKey) {
    if (press.key === 'ArrowDown') return 'next';
    return press.key === 'ArrowUp' ? 'previous' : null;
  }
  if (press.altKey) return null;
  if (press.key === '?' && !typing) return 'help';
  return press.key === 'Escape' ? 'leave' : null;
}

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true;
  return (
    target instanceof HTMLInputElement && !/^(button|checkbox|radio|range|submit|reset|file|color)$/.test(target.type)
  );
}

/** Whether something lies over the page that Esc is meant for. */
export function somethingOver(root: ParentNode = document): boolean {
  const layers = root.querySelectorAll<HTMLElement>(
    '.el-overlay, .el-popper, [role="dialog"], [role="menu"], dialog[open]',
  );
  return [...layers].some((layer) => layer.getAttribute('aria-hidden') !== 'true' && layer.checkVisibility());
}
