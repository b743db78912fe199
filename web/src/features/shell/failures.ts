import { ElMessage, ElMessageBox } from 'element-plus';
import type { App } from 'vue';
import type { Router } from 'vue-router';
import { i18n, systemLanguage } from '@/lib/i18n';

/** An upgraded server no longer has the parts that an old page asks for; each browser says so in words of its own. */
const chunkTexts = /dynamically imported module|importing a module script|Unable to preload|error loading dynamically/i;

export const isLostChunk = (error: unknown): boolean => error instanceof Error && chunkTexts.test(error.message);

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

const reachable = (): Promise<boolean> =>
  fetch('/healthz', { cache: 'no-store' }).then(
    ({ ok }) => ok,
    () => false,
  );

/** Offers to load the page anew; what is unsent or begun is kept over it. Without the server that would end in the browser's own page. */
async function offerReload(): Promise<void> {
  if (offering) return;
  offering = true;
  const { t } = i18n.global;
  try {
    if (!(await reachable())) {
      ElMessage.warning({ message: t('errors.network'), grouping: true });
      return;
    }
    await ElMessageBox.confirm(t('shell.reloadHint'), t('shell.reloadTitle'), {
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

const quietMs = 5000;
let lastTold = 0;

/** A fault of ours: said once in a while, not once for each of a thousand. */
function tellFault(error: unknown): void {
  console.error(error);
  if (Date.now() - lastTold < quietMs) return;
  lastTold = Date.now();
  ElMessage.error({ message: i18n.global.t('errors.unexpected'), grouping: true });
}

const take = (error: unknown): void => (isLostChunk(error) ? void offerReload() : tellFault(error));

/** Nothing that goes wrong leaves the page blank or silent. */
export function watchFailures(app: App, router: Router): void {
  app.config.errorHandler = take;
  router.onError(take);
  addEventListener('unhandledrejection', (event) => {
    if (!isLostChunk(event.reason)) return;
    event.preventDefault();
    void offerReload();
  });
}
