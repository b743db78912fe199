import { GodwitError, type Client, type Outgoing } from 'godwit-sdk';
import { defineStore } from 'pinia';
import { ref, shallowRef, watch } from 'vue';
import { catchUp } from './catchUp';
import { useConversations } from './conversations';
import { useGroups } from './groups';
import { usePeople } from './people';
import { useSession } from './session';
import { report } from '@/lib/report';

/** Lists that were asked for so lately miss nothing that a connection which began since has not told. */
const freshMs = 3000;
/** The inbox comes about as soon as the lists; where it does not, they do not wait for it. */
const inboxMs = 500;

/** Ties the client's events to the stores; the one place that does. Chat and notifications listen here as well. */
export const useLive = defineStore('live', () => {
  const session = useSession();
  const people = usePeople();
  const groups = useGroups();
  const conversations = useConversations();
  const outbox = shallowRef<Outgoing[]>([]);
  /** Why the lists could not be read; null when they are there. */
  const loadError = ref<unknown>(null);

  let loading: Promise<void> | null = null;
  let again = false;

  /** When the server was asked for the lists last; 0: they are not here yet. */
  let readAt = 0;
  const events = catchUp();
  let afterInbox = Promise.resolve();

  /** What the inbox brings is in the lists that are asked for after it. */
  async function loadOthers(asked: Client | null): Promise<void> {
    if (session.client !== asked) return;
    events.forget();
    await Promise.all([people.load(), groups.load()]);
  }

  async function loadAll(): Promise<void> {
    const asked = session.client;
    const askedAt = Date.now();
    try {
      await Promise.all([conversations.load(), afterInbox.then(() => loadOthers(asked))]);
      if (session.client !== asked) return;
      loadError.value = null;
      readAt = askedAt;
    } catch (error) {
      if (session.client === asked) loadError.value = error;
    }
  }

  /** One at a time, so that no older answer overtakes a newer one; asked for meanwhile, it reads once more. */
  async function load(): Promise<void> {
    again = loading !== null;
    loading ??= (async () => {
      do {
        again = false;
        await loadAll();
      } while (again);
      loading = null;
    })();
    await loading;
  }

  /**
   * The line is good again. Everything that is kept has come by the inbox, and what it made out of date is read again by
   * `events`; only read positions, which are told once, may have moved unheard.
   */
  async function caughtUp(complete: boolean): Promise<void> {
    await loading; // the first one is under way
    if (!complete || loadError.value || readAt === 0) return load();
    if (Date.now() - readAt <= freshMs) return;
    const askedAt = Date.now();
    await conversations.refresh();
    readAt = askedAt;
  }

  function tie(client: Client): void {
    client.on('frames', ({ conversation, frames }) => {
      conversations.onFrames(conversation, frames);
      events.note(frames);
    });
    client.on('recalled', ({ conversation, id }) => conversations.onRecalled(conversation, id));
    client.on('read', ({ conversation, seq, reader }) => conversations.onRead(conversation, seq, reader));
    client.on('typing', ({ conversation, key }) => conversations.onTyping(conversation, key));
    client.on('presence', ({ key, online }) => people.setPresence(key, online));
    client.on('outbox', ({ items }) => {
      outbox.value = items;
    });
    client.on('caughtUp', ({ complete }) => {
      // What the server refuses now is asked again when the line is good again.
      caughtUp(complete).catch((error) => error instanceof GodwitError || report(error));
    });
    client.on('reset', () => void load());
    outbox.value = client.outbox;
    afterInbox = new Promise((resolve) => {
      client.on('caughtUp', () => resolve());
      setTimeout(resolve, inboxMs);
    });
    void load();
  }

  watch(
    () => session.client,
    (client) => {
      conversations.clear();
      people.clear();
      groups.clear();
      outbox.value = [];
      readAt = 0;
      events.forget();
      if (client) tie(client);
    },
    { immediate: true, flush: 'sync' }, // what the client says from its first moment on is heard
  );

  return { outbox, loadError, load };
});
