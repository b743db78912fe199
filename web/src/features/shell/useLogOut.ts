import { ElMessage, ElMessageBox } from 'element-plus';
import { ref } from 'vue';
import { useI18n } from 'vue-i18n';
import { problemText } from '@/lib/problem';
import { useLive } from '@/stores/live';
import { useSession } from '@/stores/session';

/** Logging out; it asks only where something would be lost by it. */
export function useLogOut() {
  const { t } = useI18n();
  const session = useSession();
  const live = useLive();
  const leaving = ref(false);

  async function agreed(): Promise<boolean> {
    const unsent = live.outbox.length;
    if (unsent === 0) return true;
    return ElMessageBox.confirm(t('shell.logOutAsk', { n: unsent }, unsent), t('shell.logOut'), {
      confirmButtonText: t('shell.logOutAnyway'),
      cancelButtonText: t('common.cancel'),
      confirmButtonType: 'danger',
    }).then(
      () => true,
      () => false,
    );
  }

  async function logOut(): Promise<void> {
    if (leaving.value || !(await agreed())) return;
    leaving.value = true;
    try {
      if (!(await session.signOut()))
        ElMessage.warning({ message: t('shell.logOutOffline'), duration: 8000, showClose: true });
    } catch (error) {
      ElMessage.error(problemText(error));
    } finally {
      leaving.value = false;
    }
  }

  return { leaving, logOut };
}
