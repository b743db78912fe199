import type { Client } from 'godwit-sdk';
import { defineStore } from 'pinia';
import { reactive, watch } from 'vue';
import { useConversations } from './conversations';
import { useSession } from './session';

export interface Draft {
  text: string;
  /** Id of the message that it answers. */
  replyTo?: string;
}

/** Drafts kept at most; the one untouched for longest goes. */
export const draftsBound = 200;
/** As much of a draft as is kept over a reload; a stored value holds 64 KiB. */
export const keptLength = 30_000;
const saveAfter = 400;
const indexKey = 'drafts';
const keyOf = (conversation: string): string => `draft:${conversation}`;

/** Writes what changed and leaves alone what other tabs wrote: each draft has a place of its own, and one list names them. */
export async function saveDrafts({ kv }: Pick<Client, 'kv'>, changed: Changes): Promise<void> {
  const named = new Set((await kv.get<string[]>(indexKey)) ?? []);
  for (const [conversation, draft] of changed) {
    named.delete(conversation);
    if (draft) {
      named.add(conversation);
      await kv.set(keyOf(conversation), { ...draft, text: draft.text.slice(0, keptLength) }, { keep: true });
    } else await kv.delete(keyOf(conversation));
  }
  const surplus = [...named].slice(0, Math.max(0, named.size - draftsBound));
  for (const conversation of surplus) await kv.delete(keyOf(conversation));
  await kv.set(indexKey, [...named].slice(-draftsBound), { keep: true });
}

export async function loadDrafts({ kv }: Pick<Client, 'kv'>): Promise<Map<string, Draft>> {
  const drafts = new Map<string, Draft>();
  for (const conversation of (await kv.get<string[]>(indexKey)) ?? []) {
    const draft = await kv.get<Draft>(keyOf(conversation));
    if (draft) drafts.set(conversation, draft);
  }
  return drafts;
}

const bridgeKey = 'godwit.drafts';
type Changes = Map<string, Draft | null>;

/** The database cannot be waited for while a page goes: what was typed last crosses a reload in the tab's own storage. */
export function leaveBehind(who: string, changed: Changes): void {
  if (changed.size === 0) return;
  try {
    sessionStorage.setItem(bridgeKey, JSON.stringify({ who, changed: [...changed] }));
  } catch {
    // full, or closed: then the last words are lost with the page
  }
}

/** What `who` left behind in this tab, once. */
export function pickUp(who: string): Changes {
  try {
    const left = JSON.parse(sessionStorage.getItem(bridgeKey) ?? 'null') as { who: string; changed: [string, Draft | null][] } | null;
    sessionStorage.removeItem(bridgeKey);
    return new Map(left?.who === who ? left.changed : []);
  } catch {
    return new Map();
  }
}

/** What was begun and not sent, by conversation; kept over a reload of the page. */
export const useDrafts = defineStore('drafts', () => {
  const session = useSession();
  const conversations = useConversations();
  const drafts = reactive(new Map<string, Draft>());
  let changed: Changes = new Map();
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Handed to the database, which has not said yet that it has them. */
  let inFlight: Changes = new Map();
  let saving = Promise.resolve();

  async function load(client: Client): Promise<void> {
    for (const [conversation, draft] of pickUp(client.me)) set(conversation, draft ?? { text: '' }, true);
    const kept = await loadDrafts(client);
    if (session.client !== client) return;
    for (const [conversation, draft] of kept) {
      if (!drafts.has(conversation) && !changed.has(conversation) && !inFlight.has(conversation)) drafts.set(conversation, draft);
      conversations.ensure(conversation);
    }
  }

  /** `anew`: whether or not there was one is not known here yet. */
  function set(conversation: string, draft: Draft, anew = false): void {
    const empty = draft.text.trim() === '' && !draft.replyTo;
    if (empty && !anew && !drafts.has(conversation)) return;
    drafts.delete(conversation);
    if (!empty) {
      drafts.set(conversation, draft);
      conversations.ensure(conversation);
    }
    changed.set(conversation, empty ? null : draft);
    if (drafts.size > draftsBound) drafts.delete(drafts.keys().next().value as string);
    clearTimeout(timer);
    timer = setTimeout(save, saveAfter);
  }

  /** At once where the page may be about to go. Where storage is closed a draft lives as long as the page. */
  function save(): void {
    clearTimeout(timer);
    const { client } = session;
    const batch = changed;
    if (!client || batch.size === 0) return;
    changed = new Map();
    inFlight = new Map([...inFlight, ...batch]);
    saving = saving
      .then(() => saveDrafts(client, batch))
      .catch(() => undefined)
      .then(() => batch.forEach((draft, conversation) => inFlight.get(conversation) === draft && inFlight.delete(conversation)));
  }

  addEventListener('pagehide', () => {
    if (session.client) leaveBehind(session.client.me, new Map([...inFlight, ...changed]));
    save();
  });
  watch(
    () => session.client,
    (client) => {
      clearTimeout(timer);
      changed = new Map();
      inFlight = new Map();
      drafts.clear();
      if (client) void load(client).catch(() => undefined);
    },
    { immediate: true },
  );

  return { drafts, set, save };
});
