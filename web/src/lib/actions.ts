import { ElMessage } from 'element-plus';
import { reactive } from 'vue';
import { problemText } from './problem';

/** Actions of a screen by name: one that runs is not begun again, and one that fails says why. */
export function useActions() {
  const running = reactive(new Set<string>());

  /** Whether it ran and went well. */
  async function run(name: string, action: () => Promise<unknown>): Promise<boolean> {
    if (running.has(name)) return false;
    running.add(name);
    try {
      await action();
      return true;
    } catch (error) {
      ElMessage.error({ message: problemText(error), grouping: true });
      return false;
    } finally {
      running.delete(name);
    }
  }

  return { running, run };
}
