import { ElMessage } from 'element-plus';
import { i18n } from '@/lib/i18n';

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;

/** A file that is dropped on the page would take its place in the tab; it stays, and says that files cannot be sent yet. */
export function refuseDroppedFiles(): void {
  addEventListener('dragover', (event) => hasFiles(event) && event.preventDefault());
  addEventListener('drop', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    ElMessage.info({ message: i18n.global.t('chat.noFiles'), grouping: true });
  });
}
