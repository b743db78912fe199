import { GodwitError } from 'godwit-sdk';
import { defineStore } from 'pinia';
import { markRaw, ref, watch } from 'vue';
import { useSession } from '@/stores/session';
import { AdminApi } from './api';

export type Standing = 'asking' | 'admin' | 'denied' | 'unreachable';

/** Whether whoever is logged in is an administrator here, which only the server knows, and the calls of one. */
export const useAdmin = defineStore('admin', () => {
  const session = useSession();
  const api = markRaw(new AdminApi(() => session.api));
  const standing = ref<Standing>('asking');
  const version = ref('');
  const error = ref<unknown>(null);

  async function ask(): Promise<void> {
    standing.value = 'asking';
    try {
      version.value = (await api.overview()).version;
      standing.value = 'admin';
    } catch (failure) {
      error.value = failure;
      standing.value = refused(failure) ? 'denied' : 'unreachable';
    }
  }

  /** Of what went wrong while reading: the right may have been taken back meanwhile. */
  function notice(failure: unknown): void {
    if (refused(failure)) standing.value = 'denied';
  }

  watch(
    () => session.me,
    () => (standing.value = 'asking'),
  );

  return { api, standing, version, error, ask, notice };
});

function refused(failure: unknown): boolean {
  return failure instanceof GodwitError && failure.status === 403;
}
