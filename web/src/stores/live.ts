import type { Client, Outgoing } from 'godwit-sdk';
import { defineStore } from 'pinia';
import { ref, shallowRef, watch } from 'vue';
import { useConversations } from './conversations';
import { useGroups } from './groups';
import { usePeople } from './people';
import { useSession } from './session';

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

  async function loadAll(): Promise<void> {
    const asked = session.client;
    try {
      await Promise.all([conversations.load(), people.load(), groups.load()]);
      if (session.client === asked) loadError.value = null;
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

  function tie(client: Client): void {
    client.on('frames', async ({ conversation, frames }) => {
      conversations.onFrames(conversation, frames);
      for (const frame of frames) await Promise.all([people.onEvent(frame), groups.onEvent(frame)]).catch(() => undefined);
    });
    client.on('recalled', ({ conversation, id }) => conversations.onRecalled(conversation, id));
    client.on('read', ({ conversation, seq, reader }) => conversations.onRead(conversation, seq, reader));
    client.on('typing', ({ conversation, key }) => conversations.onTyping(conversation, key));
    client.on('presence', ({ key, online }) => people.setPresence(key, online));
    client.on('outbox', ({ items }) => {
      outbox.value = items;
    });
    client.on('caughtUp', () => void load());
    client.on('reset', () => void load());
    outbox.value = client.outbox;
    void load();
  }

  watch(
    () => session.client,
    (client) => {
      conversations.clear();
      people.clear();
      groups.clear();
      outbox.value = [];
      if (client) tie(client);
    },
    { immediate: true, flush: 'sync' }, // what the client says from its first moment on is heard
  );

  return { outbox, loadError, load };
});
