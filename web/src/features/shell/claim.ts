const holdMs = 5000;
const claimedMost = 200;
const mine = new Set<string>();

/**
 * True for the first tab that asks for `name`, false for all others. Held by a Web Lock for a few seconds, which is
 * longer than the slowest tab
 * waits; where there are none each tab is alone with its socket.
 */
export async function claim(name: string, locks: LockManager | undefined = navigator.locks): Promise<boolean> {
  if (mine.has(name)) return false;
  if (mine.size >= claimedMost) mine.delete(mine.values().next().value as string);
  mine.add(name);
  if (!locks) return true;
  return new Promise((resolve) => {
    const held = locks.request(`godwit.claim.${name}`, { ifAvailable: true }, async (lock) => {
      resolve(lock !== null);
      if (lock) await new Promise((release) => setTimeout(release, holdMs));
    });
    held.catch(() => resolve(true));
  });
}
