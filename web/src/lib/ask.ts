import { ElMessageBox } from 'element-plus';
import { holdFocus } from './focus';
import { i18n } from './i18n';

export interface Question {
  title: string;
  text: string;
  /** What the button that does it says. */
  confirm: string;
  /** Cannot be undone. */
  danger?: boolean;
}

/** Whether they really want to. */
export async function ask({ title, text, confirm, danger = false }: Question): Promise<boolean> {
  const giveBack = holdFocus();
  try {
    await ElMessageBox.confirm(text, title, {
      confirmButtonText: confirm,
      cancelButtonText: i18n.global.t('common.cancel'),
      confirmButtonType: danger ? 'danger' : 'primary',
      closeOnClickModal: false,
      autofocus: !danger,
    });
    return true;
  } catch {
    return false;
  } finally {
    void giveBack();
  }
}
