import type { Router } from 'vue-router';

type Lazy = () => Promise<unknown>;

/** Fetches the screens that were not opened yet, one after the other, so that they are there when the server is not. */
export async function prefetchScreens(router: Router): Promise<void> {
  for (const route of router.getRoutes()) {
    if (route.meta.open || route.meta.admin) continue;
    for (const component of Object.values(route.components ?? {})) {
      if (typeof component !== 'function') continue;
      // What cannot be fetched now is asked for again when it is opened, and told about then.
      await (component as Lazy)().catch(() => undefined);
    }
  }
}

/** When the page has nothing better to do. */
export function whenIdle(work: () => void): void {
  if ('requestIdleCallback' in window) requestIdleCallback(work, { timeout: 5000 });
  else setTimeout(work, 2000);
}
