import { ElMessage, ElMessageBox } from 'element-plus';
import type { App } from 'vue';
import type { Router } from 'vue-router';
import { i18n, systemLanguage } from '@/lib/i18n';
import { askServer, isLostPart } from '@/lib/part';
import { report } from '@/lib/report';

/** Known here, since they are for when no texts could be fetched. */
const startTexts = {
  en: {
    title: 'godwit could not start',
    hint: 'A part of the page could not be fetched. Check the network and try again.',
    again: 'Try again',
  },
  zh: { title: 'godwit 未能启动', hint: '页面的一部分无法加载。请检查网络后重试。', again: '重试' },
};

/** In place of the page where not even the page could begin; made without Vue, which may be what is missing. */
export function showFailure(error: unknown): void {
  console.error(error);
  const texts = startTexts[systemLanguage()];
  const make = (tag: string, className: string, text = '') =>
    Object.assign(document.createElement(tag), { className, textContent: text });
  const main = make('main', 'flex h-full flex-col items-center justify-center gap-3 p-6 text-center');
  main.setAttribute('role', 'alert');
  const button = make('button', 'mt-2 h-11 rounded-xl bg-accent px-6 font-semibold text-on-accent', texts.again);
  button.addEventListener('click', () => location.reload());
  main.append(make('h1', 'text-xl font-semibold', texts.title), make('p', 'max-w-sm text-muted', texts.hint), button);
  document.getElementById('app')?.replaceChildren(main);
  button.focus();
}

let offering = false;

/** Why a part could not be had. A newer page is offered; what is unsent or begun is kept over loading it. */
async function explainLostPart(): Promise<void> {
  if (offering) return;
  offering = true;
  const { t } = i18n.global;
  try {
    const server = await askServer();
    if (server.kind === 'away' || server.kind === 'busy') {
      ElMessage.warning({ message: t(server.kind === 'away' ? 'errors.network' : 'shell.partBusy'), grouping: true });
      return;
    }
    const [hint, title] = server.kind === 'newer' ? ['shell.reloadHint', 'shell.reloadTitle'] : ['shell.partHint', 'shell.partTitle'];
    await ElMessageBox.confirm(t(hint), t(title), {
      confirmButtonText: t('shell.reload'),
      cancelButtonText: t('shell.notNow'),
    });
    location.reload();
  } catch {
    // not now
  } finally {
    offering = false;
  }
}

const take = (error: unknown): void => (isLostPart(error) ? void explainLostPart() : report(error));

/** Nothing that goes wrong leaves the page blank or silent. */
export function watchFailures(app: App, router: Router): void {
  app.config.errorHandler = take;
  router.onError(take);
  addEventListener('unhandledrejection', (event) => {
    if (!isLostPart(event.reason)) return;
    event.preventDefault();
    void explainLostPart();
  });
}
