import { adoptLogin, connect, GodwitApi, GodwitError } from 'godwit-sdk';
import type { Client, ConnectionState, EndReason, Login, User } from 'godwit-sdk';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { deviceFor } from '@/lib/device';
import { deleteDatabases } from '@/lib/databases';
import { ofTab, readStored, removeStored, writeStored } from '@/lib/stored';

const keptLogin = 'godwit.login';
/** So long what the page reads is asked for again where the server says when: 429, 503. */
const patienceMs = 20_000;

/** After these the session itself is as good as before: the page stays, and offers to connect again. */
const survives: ReadonlySet<EndReason | undefined> = new Set<EndReason | undefined>(['replaced', 'too_many']);

/** What another version of this page left behind may have another shape. */
const loginOf = (kept: Partial<Login> | null): Login | null =>
  kept?.token && kept.user?.key && kept.expiresAt ? (kept as Login) : null;

const readKept = (): Login | null => loginOf(readStored(keptLogin));
const readOfTab = (): Login | null => loginOf(ofTab.read(keptLogin));

/**
 * Who is logged in here, and how the connection stands. The token is kept for the tab's life, so that a reload asks for
 * no password; beyond it only by "stay signed in".
 */
export const useSession = defineStore('session', () => {
  const client = shallowRef<Client | null>(null);
  const user = ref<User | null>(null);
  const connection = ref<ConnectionState>({ status: 'connecting', attempt: 0 });
  /** Why the last session ended without being asked to; the login screen tells. */
  const ended = ref<EndReason | null>(null);
  /** Who was logged in here last, as long as the page lives. */
  const lastKey = ref('');
  const storageKept = ref(true);
  const expiring = ref(false);
  /** While one logs out or in anew the session from before ends, which is no news. */
  let expected = false;

  const anonymous = new GodwitApi({ url: location.origin });
  const api = computed(() => client.value?.api ?? anonymous);
  const me = computed(() => user.value?.key ?? '');

  function start(login: Login, stay: boolean): void {
    void client.value?.close();
    ended.value = null;
    expiring.value = false;
    storageKept.value = true;
    user.value = login.user;
    lastKey.value = login.user.key;
    if (stay) ofTab.remove(keptLogin);
    else ofTab.write(keptLogin, login);
    const opened = connect({ url: location.origin, login, persistent: stay, patienceMs });
    connection.value = opened.state;
    client.value = opened;
    const mine = () => client.value === opened; // a client that was left may still have something to say
    opened.on('state', (state) => {
      if (!mine()) return;
      connection.value = state;
      if (state.status === 'ended' && !survives.has(state.reason)) void lost(opened, state.reason ?? 'unauthenticated');
    });
    opened.on('storage', ({ persistent }) => void (mine() && (storageKept.value = persistent)));
    opened.on('expiring', () => void (mine() && (expiring.value = true)));
    void refreshUser();
  }

  /** The kept login may know an old name or no longer an administrator's rights. A refusal is the client's to tell. */
  async function refreshUser(): Promise<void> {
    const asked = client.value;
    const fresh = await asked?.api.me().catch(() => null);
    if (fresh && client.value === asked) user.value = fresh;
  }

  /**
   * Another tab may have logged the same account in anew, which ended the session of this one: then its login is taken
   * over.
   */
  async function successor(old: Login): Promise<Login | null> {
    const candidates = [readKept(), await adoptLogin(location.origin, old.user.key).catch(() => null)];
    return candidates.find((login) => login?.user.key === old.user.key && login.token !== old.token) ?? null;
  }

  async function lost(old: Client, reason: EndReason): Promise<void> {
    if (expected) return;
    await old.close(); // its locks would pass for a tab that may still answer
    const next = await successor(old.login);
    if (client.value !== old || expected) return;
    if (next) start(next, readKept()?.token === next.token);
    else forget(reason);
  }

  function forget(reason: EndReason | null): void {
    const leaving = client.value;
    if (readKept()?.token === leaving?.login.token) removeStored(keptLogin);
    ofTab.remove(keptLogin);
    void leaving?.close();
    client.value = null;
    user.value = null;
    ended.value = reason;
  }

  async function register(key: string, password: string, name: string, invite = ''): Promise<void> {
    await api.value.register({ key, password, ...(name ? { name } : {}), ...(invite ? { invite } : {}) });
  }

  /** Throws GodwitError as the server refused. */
  async function signIn(key: string, password: string, stay: boolean): Promise<void> {
    const login = await anonymous.login({ key, password, device: deviceFor(key) });
    if (stay) writeStored(keptLogin, login);
    else removeStored(keptLogin);
    start(login, stay);
  }

  /**
   * Logs the same account in again before its session runs out; what is open and unsent stays. Throws as signIn does.
   */
  async function renew(password: string): Promise<void> {
    const before = client.value;
    expected = true;
    try {
      await signIn(me.value, password, readKept()?.token === before?.login.token);
    } finally {
      expected = false;
      const { status, reason } = connection.value;
      if (before && client.value === before && status === 'ended' && !survives.has(reason))
        void lost(before, reason ?? 'expired');
    }
  }

  /** What was kept and has run out is no more than a reason to say so. */
  function takeUp(kept: Login | null, stay: boolean): boolean {
    if (!kept) return false;
    if (kept.expiresAt > Date.now()) {
      start(kept, stay);
      return true;
    }
    if (stay) removeStored(keptLogin);
    else ofTab.remove(keptLogin);
    lastKey.value = kept.user.key;
    ended.value = 'expired';
    return false;
  }

  /** The session of this tab, that kept on disk, or that of another open tab. False where one has to log in. */
  async function resume(): Promise<boolean> {
    if (takeUp(readOfTab(), false) || takeUp(readKept(), true)) return true;
    const adopted = await adoptLogin(location.origin).catch(() => null);
    if (adopted) start(adopted, false);
    return adopted !== null;
  }

  /**
   * False where the server could not be reached: the session is then forgotten here, and ends there by itself or from
   * another device.
   */
  async function signOut(): Promise<boolean> {
    const leaving = client.value;
    let reached = true;
    expected = true;
    try {
      await leaving?.logout();
    } catch (error) {
      if (!(error instanceof GodwitError)) throw error;
      reached = error.status === 401;
    } finally {
      expected = false;
      if (client.value === leaving) forget(null);
    }
    return reached;
  }

  /** Everything that this browser keeps of messages, of whichever account; the session goes on with an empty cache. */
  async function clearKept(): Promise<void> {
    const before = client.value;
    if (!before) return;
    const stay = readKept()?.token === before.login.token;
    await before.close();
    await deleteDatabases('godwit:');
    if (client.value === before) start(before.login, stay);
  }

  return {
    client,
    user,
    me,
    api,
    connection,
    ended,
    lastKey,
    storageKept,
    expiring,
    register,
    signIn,
    renew,
    resume,
    signOut,
    clearKept,
  };
});
