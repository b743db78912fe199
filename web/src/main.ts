// First of all: it sets the order of the layers, and the first that names them decides.
import './style.css';
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './App.vue';
import { refuseDroppedFiles } from './features/shell/droppedFiles';
import { showFailure, watchFailures } from './features/shell/failures';
import { i18n, setLanguage } from './lib/i18n';
import { router } from './router';
import { usePreferences } from './stores/preferences';
import { useSession } from './stores/session';

/** Rather the other language than none. */
async function speak(): Promise<void> {
  const preferences = usePreferences();
  const { language } = preferences.values;
  await setLanguage(language).catch(() => preferences.chooseLanguage(language === 'en' ? 'zh' : 'en'));
}

async function begin(): Promise<void> {
  const app = createApp(App).use(createPinia()).use(i18n);
  watchFailures(app, router);
  refuseDroppedFiles();
  await Promise.all([speak(), useSession().resume()]);
  app.use(router);
  await router.isReady();
  app.mount('#app');
}

begin().catch(showFailure);
