import { ElMessage } from 'element-plus';
import { i18n } from './i18n';

/** Where the page is not served securely there is no clipboard to write to, only the old command on a selection. */
function copySelected(text: string): boolean {
  const field = document.createElement('textarea');
  field.value = text;
  field.setAttribute('readonly', '');
  field.className = 'fixed top-0 left-0 opacity-0';
  const host = document.activeElement?.closest('[role="dialog"]') ?? document.body;
  const focused = document.activeElement as HTMLElement | null;
  host.append(field);
  field.select();
  const copied = document.execCommand('copy');
  field.remove();
  focused?.focus();
  return copied;
}

/** Puts `text` on the clipboard, and says so. */
export async function copyText(text: string): Promise<void> {
  const copied = navigator.clipboard
    ? await navigator.clipboard.writeText(text).then(
        () => true,
        () => copySelected(text),
      )
    : copySelected(text);
  if (copied) ElMessage.success({ message: i18n.global.t('common.copied'), grouping: true });
  else ElMessage.error({ message: i18n.global.t('common.copyFailed'), grouping: true });
}
