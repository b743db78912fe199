import { systemClock, within } from './clock.js';
import { newClientId } from './outbox.js';
import { platformOf, type LocksLike, type Platform } from './platform.js';
import { LOGIN_CHANNEL, type LoginAnswer, type LoginQuestion } from './tabs.js';
import type { Login } from './types.js';

export const ADOPT_MS = 150;
/** Where a living client is known to be there: a tab in the background may be slow. */
export const SURE_MS = 2000;

/** The origin that a client's storage and locks are named by. */
export function serverOf(url: string, platform: Platform): string {
  return url ? new URL(url).origin : platform.origin;
}

/** What an account's storage and locks are named by; without a key the beginning of all. */
export function accountOf(server: string, key: string): string {
  return `godwit:${server}:${key}`;
}

/**
 * Asks the other tabs of this origin for a login that lives, so that a second tab needs no password though the token
 * is nowhere but in memory.
 * `url` is the server's (the page's own origin by default), `key` the account where it has to be a certain one.
 */
export function adoptLogin(url = '', key?: string): Promise<Login | null> {
  return askLogin(platformOf(), url, key);
}

export async function askLogin(platform: Platform, url: string, key: string | undefined): Promise<Login | null> {
  if (!platform.locks || !platform.BroadcastChannel) return null;
  const server = serverOf(url, platform);
  const ms = await patience(platform.locks, accountOf(server, key ?? ''));
  if (ms === 0) return null;
  const channel = new platform.BroadcastChannel(LOGIN_CHANNEL);
  const ask = newClientId();
  const answer = new Promise<Login>((resolve) => {
    channel.onmessage = (event) => {
      const message = event.data as LoginAnswer;
      if (message.kind === 'login' && message.ask === ask) resolve(message.login);
    };
  });
  channel.postMessage({ kind: 'who', ask, server, key } satisfies LoginQuestion);
  const login = await within(systemClock, ms, answer, null);
  channel.close();
  return login;
}

/** How long to wait for an answer: clients that would give one hold a lock. */
async function patience(locks: LocksLike, prefix: string): Promise<number> {
  const locked = await locks.query?.().catch(() => undefined);
  if (!locked) return ADOPT_MS;
  return locked.held?.some(({ name }) => name?.startsWith(prefix)) ? SURE_MS : 0;
}

/** Answers such questions until it is closed. */
export function answerLogins(platform: Platform, server: string, login: Login, alive: () => boolean): () => void {
  if (!platform.locks || !platform.BroadcastChannel) return () => undefined;
  const channel = new platform.BroadcastChannel(LOGIN_CHANNEL);
  channel.onmessage = (event) => {
    const question = event.data as LoginQuestion;
    const meant =
      question.kind === 'who' && question.server === server && (question.key ?? login.user.key) === login.user.key;
    if (meant && alive()) channel.postMessage({ kind: 'login', ask: question.ask, login } satisfies LoginAnswer);
  };
  return () => channel.close();
}
