import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router';
import AppShell from '@/features/shell/AppShell.vue';
import ConversationList from '@/features/conversations/ConversationList.vue';
import NothingOpen from '@/features/shell/NothingOpen.vue';
import { part } from '@/lib/part';
import { useSession } from '@/stores/session';

declare module 'vue-router' {
  interface RouteMeta {
    /** Reached without being logged in. */
    open?: boolean;
    /** For administrators. */
    admin?: boolean;
    /** On one column: shows what is right of the list. */
    detail?: boolean;
    /** Key of the page's title. */
    title?: string;
  }
}

const chatView = part(() => import('@/features/chat/ChatView.vue'));
const contactsList = part(() => import('@/features/contacts/ContactsList.vue'));
const settingsList = part(() => import('@/features/settings/SettingsList.vue'));

/** Every screen. `list` is the column on the left, the default view what stands beside it. */
const shelled: RouteRecordRaw[] = [
  { path: '', name: 'conversations', components: { list: ConversationList, default: NothingOpen }, meta: { title: 'shell.chats' } },
  {
    path: 'chat/:conversation',
    name: 'chat',
    components: { list: ConversationList, default: chatView },
    meta: { detail: true, title: 'shell.chats' },
  },
  {
    path: 'search',
    name: 'search',
    components: { list: part(() => import('@/features/search/SearchPanel.vue')), default: NothingOpen },
    meta: { title: 'shell.search' },
  },
  { path: 'contacts', name: 'contacts', components: { list: contactsList, default: NothingOpen }, meta: { title: 'shell.contacts' } },
  {
    path: 'contacts/requests',
    name: 'requests',
    components: { list: contactsList, default: part(() => import('@/features/contacts/RequestsView.vue')) },
    meta: { detail: true, title: 'contacts.requests' },
  },
  {
    path: 'contacts/blocked',
    name: 'blocked',
    components: { list: contactsList, default: part(() => import('@/features/contacts/BlockedView.vue')) },
    meta: { detail: true, title: 'contacts.blocked' },
  },
  {
    path: 'contacts/person/:key',
    name: 'person',
    components: { list: contactsList, default: part(() => import('@/features/contacts/PersonView.vue')) },
    meta: { detail: true, title: 'shell.contacts' },
  },
  {
    path: 'contacts/group/:key',
    name: 'group',
    components: { list: contactsList, default: part(() => import('@/features/groups/GroupView.vue')) },
    meta: { detail: true, title: 'shell.contacts' },
  },
  { path: 'settings', name: 'settings', components: { list: settingsList, default: NothingOpen }, meta: { title: 'shell.settings' } },
  {
    path: 'settings/profile',
    name: 'profile',
    components: { list: settingsList, default: part(() => import('@/features/settings/ProfileView.vue')) },
    meta: { detail: true, title: 'settings.profile' },
  },
  {
    path: 'settings/devices',
    name: 'devices',
    components: { list: settingsList, default: part(() => import('@/features/settings/DevicesView.vue')) },
    meta: { detail: true, title: 'settings.devices' },
  },
  {
    path: 'settings/preferences',
    name: 'preferences',
    components: { list: settingsList, default: part(() => import('@/features/settings/PreferencesView.vue')) },
    meta: { detail: true, title: 'settings.preferences' },
  },
  {
    path: 'settings/keys',
    name: 'keys',
    components: { list: settingsList, default: part(() => import('@/features/settings/KeysView.vue')) },
    meta: { detail: true, title: 'settings.keys' },
  },
];

const routes: RouteRecordRaw[] = [
  { path: '/login', name: 'login', component: part(() => import('@/features/auth/LoginView.vue')), meta: { open: true, title: 'auth.login' } },
  {
    path: '/register',
    name: 'register',
    component: part(() => import('@/features/auth/RegisterView.vue')),
    meta: { open: true, title: 'auth.register' },
  },
  { path: '/', component: AppShell, children: shelled },
  {
    path: '/admin/:section(overview|users|groups|keys|nodes|settings|notices|audit)?',
    name: 'admin',
    component: part(() => import('@/features/admin/AdminView.vue')),
    meta: { admin: true, title: 'admin.title' },
  },
  { path: '/:rest(.*)*', name: 'lost', component: part(() => import('@/features/shell/LostView.vue')), meta: { open: true, title: 'shell.lost' } },
];

export const router = createRouter({ history: createWebHistory(), routes });

router.beforeEach((to) => {
  const session = useSession();
  if (!to.meta.open && !session.client) return { name: 'login', query: to.path === '/' ? {} : { next: to.fullPath } };
  if ((to.name === 'login' || to.name === 'register') && session.client) return { name: 'conversations' };
  return true;
});
