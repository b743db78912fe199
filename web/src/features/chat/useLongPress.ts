import { onBeforeUnmount } from 'vue';

const holdMs = 450;
const stillPx = 10;

/**
 * The menu of something: by the right button of a mouse, or by a finger that rests on it; a tap does nothing. Some
 * browsers make a context menu of a long press by themselves, others do not.
 */
export function useLongPress(open: (event: MouseEvent) => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let from = { x: 0, y: 0 };
  let opened = false;

  const stop = (): void => clearTimeout(timer);

  function onStart(event: TouchEvent): void {
    stop();
    opened = false;
    const [touch] = event.touches;
    if (!touch || event.touches.length > 1) return;
    from = { x: touch.clientX, y: touch.clientY };
    timer = setTimeout(() => {
      opened = true;
      open(new MouseEvent('contextmenu', { clientX: from.x, clientY: from.y }));
    }, holdMs);
  }

  /** A finger that moves scrolls. */
  function onMove(event: TouchEvent): void {
    const [touch] = event.touches;
    if (!touch || Math.hypot(touch.clientX - from.x, touch.clientY - from.y) > stillPx) stop();
  }

  /** What was held is no tap on what lies under the finger by now. */
  function onEnd(event: TouchEvent): void {
    stop();
    if (opened && event.cancelable) event.preventDefault();
  }

  function onContextMenu(event: MouseEvent): void {
    stop();
    if (opened) opened = false;
    else open(event);
  }

  onBeforeUnmount(stop);
  return { onStart, onMove, onEnd, onContextMenu };
}
