/** The policy under which the page is served wants to know who names a script. */
const policy = (window as { trustedTypes?: { createPolicy(name: string, rules: object): { createScriptURL(url: string): string } } })
  .trustedTypes?.createPolicy('godwit', { createScriptURL: () => '/sw.js' });

/**
 * Has this browser keep the page itself, so that a reload without a server shows it with what is kept of conversations
 * (worker/sw.js). Not where the address is not secure: browsers have no workers there.
 */
export async function keepPage(): Promise<void> {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  await navigator.serviceWorker.register(policy?.createScriptURL('') ?? '/sw.js', { updateViaCache: 'none' });
}
