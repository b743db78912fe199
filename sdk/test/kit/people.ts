import WebSocket from 'ws';
import { connect, GodwitApi, type Client, type ConnectOptions, type Frame, type Login } from '../../src/index.js';

let made = 0;

/** A new account, logged in on one device. */
export async function person(url: string, name: string, device = 'device-1'): Promise<Login> {
  const key = `${name}-${process.pid.toString(36)}-${(made++).toString(36)}`;
  const api = new GodwitApi({ url });
  await api.register({ key, password: 'correct horse battery' });
  return loginAgain(url, key, device);
}

export function loginAgain(url: string, key: string, device: string): Promise<Login> {
  return new GodwitApi({ url }).login({ key, password: 'correct horse battery', device: { id: device, name: device } });
}

export async function befriend(url: string, a: Login, b: Login): Promise<void> {
  const request = await new GodwitApi({ url, token: a.token }).requestFriend(b.user.key);
  await new GodwitApi({ url, token: b.token }).approveFriend(request.id);
}

/** A client, and what it has been shown. */
export interface Watched {
  client: Client;
  frames: Frame[];
  texts(conversation: string): string[];
}

export function watch(url: string, login: Login, options: Partial<ConnectOptions> = {}): Watched {
  const client = connect({ url, login, WebSocket, persistent: false, ...options });
  const frames: Frame[] = [];
  client.on('frames', (event) => void frames.push(...event.frames));
  const texts = (conversation: string): string[] =>
    frames.filter((frame) => frame.conversation === conversation && frame.type < 200).map((frame) => frame.msg);
  return { client, frames, texts };
}

/**
 * Looks again and again until it is true; a test that waits in vain fails by its message. Longer than a client gives a
 * handshake or an answer (15 s), which it then tries again: else one that a busy machine lost is taken for a fault.
 */
export async function until(what: string, is: () => boolean | Promise<boolean>, ms = 40_000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!(await is())) {
    if (Date.now() > deadline) throw new Error(`in vain: ${what}`);
    await new Promise((again) => setTimeout(again, 5));
  }
}

export function isOpen(client: Client): Promise<void> {
  return until('the connection opens', () => client.state.status === 'open');
}
