import { ElMessage } from 'element-plus';
import { i18n } from './i18n';

const quietMs = 5000;
let lastTold = 0;

/** A fault of ours: on the console, and said once in a while, not once for each of a thousand. */
export function report(error: unknown): void {
  console.error(error);
  if (Date.now() - lastTold < quietMs) return;
  lastTold = Date.now();
  ElMessage.error({ message: i18n.global.t('errors.unexpected'), grouping: true });
}
