import type { ConnectionState, EndReason, Login } from 'godwit-sdk';
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { useSession } from './session';

/** What the SDK would hand out: clients that say what a test has them say. */
const sdk = vi.hoisted(() => {
  const clients: FakeClient[] = [];
  class FakeClient {
    state: ConnectionState = { status: 'open', attempt: 0 };
    closed = false;
    api = { me: async () => this.login.user };
    logout = vi.fn(async () => this.tell({ status: 'ended', reason: 'session_ended', attempt: 0 }));
    private handlers = new Map<string, (event: never) => void>();
    constructor(readonly login: Login) {
      clients.push(this);
    }
    get me() {
      return this.login.user.key;
    }
    on(event: string, handler: (event: never) => void) {
      this.handlers.set(event, handler);
      return () => this.handlers.delete(event);
    }
    async close() {
      this.closed = true;
    }
    tell(state: ConnectionState) {
      this.state = state;
      this.handlers.get('state')?.(state as never);
    }
  }
  return {
    clients,
    FakeClient,
    askedOpen: false,
    adopted: null as Login | null,
    answer: null as (() => Promise<Login>) | null,
  };
});

vi.mock('godwit-sdk', async (original) => ({
  ...(await original<object>()),
  connect: ({ login }: { login: Login }) => new sdk.FakeClient(login),
  adoptLogin: async () => {
    sdk.askedOpen = sdk.clients.some((client) => !client.closed && client.state.status === 'ended');
    return sdk.adopted;
  },
  GodwitApi: class {
    login = () => sdk.answer?.();
  },
}));

const login = (token: string, key = 'ann'): Login => ({
  token,
  expiresAt: Date.now() + 60_000,
  user: { key, name: key, avatar: '', bio: '', createdAt: 0 },
  session: { id: token, device: { id: 'd', name: '' }, createdAt: 0, lastSeenAt: 0, current: true },
  node: 'n',
  socket: '/v1/socket',
});
const ended = (reason: EndReason): ConnectionState => ({ status: 'ended', reason, attempt: 0 });
const kept = () => (JSON.parse(localStorage.getItem('godwit.login') ?? 'null') as Login | null)?.token ?? null;
const newest = () => sdk.clients.at(-1) as InstanceType<typeof sdk.FakeClient>;

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  setActivePinia(createPinia());
  sdk.clients.length = 0;
  sdk.adopted = null;
  sdk.answer = async () => login('t1');
});

describe('the token', () => {
  it('lives as long as the tab unless the user wants to stay signed in', async () => {
    const session = useSession();
    await session.signIn('ann', 'secret', false);
    expect(session.me).toBe('ann');
    expect(JSON.stringify({ ...localStorage })).not.toContain('t1');
    setActivePinia(createPinia());
    const reloaded = useSession();
    expect([await reloaded.resume(), reloaded.me]).toEqual([true, 'ann']);
    await reloaded.signIn('ann', 'secret', true);
    expect([kept(), sessionStorage.length]).toEqual(['t1', 0]);
  });

  it("is the tab's own before another account's that stays signed in", async () => {
    const session = useSession();
    await session.signIn('ann', 'secret', false);
    localStorage.setItem('godwit.login', JSON.stringify(login('t9', 'bob')));
    setActivePinia(createPinia());
    const reloaded = useSession();
    await reloaded.resume();
    expect(reloaded.me).toBe('ann');
    await reloaded.signOut();
    expect([sessionStorage.length, kept()]).toEqual([0, 't9']);
  });

  it('is taken up again from the disk, but not when it has expired', async () => {
    localStorage.setItem('godwit.login', JSON.stringify(login('t0')));
    expect(await useSession().resume()).toBe(true);
    setActivePinia(createPinia());
    localStorage.setItem('godwit.login', JSON.stringify({ ...login('t0'), expiresAt: Date.now() - 1 }));
    const late = useSession();
    expect(await late.resume()).toBe(false);
    expect([late.ended, late.lastKey, kept()]).toEqual(['expired', 'ann', null]);
  });

  it('is not taken from what another version left', async () => {
    localStorage.setItem('godwit.login', '{"token":"x"}');
    expect(await useSession().resume()).toBe(false);
  });
});

describe('the end of a session', () => {
  it('is told, and what was kept of it goes', async () => {
    const session = useSession();
    await session.signIn('ann', 'secret', true);
    newest().tell(ended('session_ended'));
    await vi.waitFor(() => expect(session.client).toBeNull());
    expect([session.ended, session.lastKey, kept(), sdk.askedOpen]).toEqual(['session_ended', 'ann', null, false]);
  });

  it('leaves the login of another account alone', async () => {
    const session = useSession();
    await session.signIn('ann', 'secret', false);
    localStorage.setItem('godwit.login', JSON.stringify(login('other', 'bob')));
    newest().tell(ended('session_ended'));
    await vi.waitFor(() => expect(session.client).toBeNull());
    expect(kept()).toBe('other');
  });

  it('is none while it is merely open elsewhere', async () => {
    const session = useSession();
    await session.signIn('ann', 'secret', false);
    newest().tell(ended('replaced'));
    await Promise.resolve();
    expect([session.client === null, session.connection.reason]).toEqual([false, 'replaced']);
  });

  it('leads over to the login of another tab of the same account, never to a dead one', async () => {
    const session = useSession();
    await session.signIn('ann', 'secret', false);
    sdk.adopted = login('t2');
    newest().tell(ended('session_ended'));
    await vi.waitFor(() => expect(session.client?.login.token).toBe('t2'));
    newest().tell(ended('session_ended')); // the other tab still answers with what has ended
    await vi.waitFor(() => expect(session.client).toBeNull());
  });
});

describe('logging in anew', () => {
  it('keeps the screens, though the server ends the session from before', async () => {
    const session = useSession();
    await session.signIn('ann', 'secret', true);
    const before = newest();
    sdk.answer = async () => {
      before.tell(ended('session_ended'));
      await new Promise((later) => setTimeout(later)); // the answer comes when the end was long told
      expect([session.client?.login.token, before.closed]).toEqual(['t1', false]);
      return login('t2');
    };
    await session.renew('secret');
    expect([session.client?.login.token, before.closed, session.ended, kept()]).toEqual(['t2', true, null, 't2']);
    before.tell(ended('expired')); // a client that was left counts for nothing
    expect([session.client?.login.token, session.connection.status]).toEqual(['t2', 'open']);
  });

  it('tells the end that came while it was refused', async () => {
    const session = useSession();
    await session.signIn('ann', 'secret', false);
    const before = newest();
    sdk.answer = async () => {
      before.tell(ended('expired'));
      throw new Error('refused');
    };
    await expect(session.renew('wrong')).rejects.toThrow('refused');
    await vi.waitFor(() => expect(session.ended).toBe('expired'));
  });
});

it('logs out without a note, also where the server cannot be reached', async () => {
  const { GodwitError } = await import('godwit-sdk');
  const session = useSession();
  await session.signIn('ann', 'secret', true);
  expect(await session.signOut()).toBe(true);
  expect([session.client, session.ended, kept()]).toEqual([null, null, null]);
  await session.signIn('ann', 'secret', true);
  newest().logout.mockRejectedValueOnce(new GodwitError({ code: 'network' }));
  expect(await session.signOut()).toBe(false);
  expect([session.client, kept()]).toEqual([null, null]);
});
