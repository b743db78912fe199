import { GodwitError } from 'godwit-sdk';
import { defineStore } from 'pinia';
import { computed, reactive, ref } from 'vue';
import { bytesOf, charactersOf, emptyForm, isReady, type Pick, picksOf, receiversOf } from './notice';
import type { NoticeAnswer } from './types';
import { useAdmin } from './useAdmin';
import { useSession } from '@/stores/session';

function newClientId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * The notice being written; it outlives the screen. One `clientId` for all attempts until the server has taken one in:
 * a retry reaches nobody twice, and a text changed after an attempt that may have arrived is refused (client_id_reused)
 * until the writer says that it is another notice.
 */
export const useNotice = defineStore('admin-notice', () => {
  const admin = useAdmin();
  const form = reactive(emptyForm());
  const clientId = ref(newClientId());
  const sending = ref(false);
  const error = ref<unknown>(null);
  const sent = ref<NoticeAnswer | null>(null);
  const textBytes = computed(() => bytesOf(form.text));
  const titleCharacters = computed(() => charactersOf(form.title));
  const ready = computed(() => isReady(form));
  const reused = computed(() => error.value instanceof GodwitError && error.value.code === 'client_id_reused');

  /** How many people it goes to at most: somebody in two groups gets it once. */
  async function reach(): Promise<number> {
    if (form.audience === 'all') return (await admin.api.overview()).users;
    return picksOf(form).reduce((sum, pick) => sum + pick.people, 0);
  }

  /** Keeps everything where it failed. */
  async function send(): Promise<void> {
    if (sending.value || !ready.value) return;
    sending.value = true;
    error.value = sent.value = null;
    const title = form.title ? { title: form.title } : {};
    try {
      sent.value = await admin.api.push({ to: receiversOf(form), msg: form.text, ...title, clientId: clientId.value });
      Object.assign(form, emptyForm());
      clientId.value = newClientId();
    } catch (failure) {
      error.value = failure;
    } finally {
      sending.value = false;
    }
  }

  /** What is written now is another notice than the one that arrived. */
  function beginAnew(): void {
    clientId.value = newClientId();
    error.value = null;
  }

  return { form, clientId, sending, error, sent, textBytes, titleCharacters, ready, reused, reach, send, beginAnew };
});

/** Finds who is behind a key that was typed. */
export function useLookUp() {
  const admin = useAdmin();
  const session = useSession();
  const person = async (key: string): Promise<Pick> => {
    const { name } = await admin.api.user(key);
    return { key, name, people: 1 };
  };
  const group = async (key: string): Promise<Pick> => {
    const { name, memberCount } = await session.api.group(key);
    return { key, name, people: memberCount };
  };
  return { person, group };
}
