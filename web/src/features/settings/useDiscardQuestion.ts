import { ElMessageBox } from 'element-plus';
import { useI18n } from 'vue-i18n';

/** A guard for leaving a form: asks before what was changed in it is thrown away. */
export function useDiscardQuestion(changed: () => boolean): () => Promise<boolean> {
  const { t } = useI18n();
  return async () => {
    if (!changed()) return true;
    return ElMessageBox.confirm(t('settings.discardAsk'), t('settings.discardTitle'), {
      confirmButtonText: t('settings.discard'),
      cancelButtonText: t('settings.keepEditing'),
    }).then(
      () => true,
      () => false,
    );
  };
}
