import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import { usePreferences } from './preferences';

/** `insecure`: browsers give notifications to HTTPS (and localhost) alone. */
export type NotificationRight = 'granted' | 'denied' | 'default' | 'insecure' | 'unsupported';

function currentRight(): NotificationRight {
  if (!window.isSecureContext) return 'insecure';
  return 'Notification' in window ? Notification.permission : 'unsupported';
}

/** Whether this browser may and should show notifications. It is asked only when somebody switches them on. */
export const useNotifications = defineStore('notifications', () => {
  const preferences = usePreferences();
  const right = ref<NotificationRight>(currentRight());
  const active = computed(() => right.value === 'granted' && preferences.values.notifications);

  /** Another tab, or the browser's own settings, may have changed it. */
  const look = () => (right.value = currentRight());

  async function switchOn(): Promise<void> {
    look();
    if (right.value === 'default') right.value = await Notification.requestPermission();
    preferences.values.notifications = right.value === 'granted';
  }

  function switchOff(): void {
    preferences.values.notifications = false;
  }

  /** Some browsers have the name and the permission, but refuse to show one from a page. */
  function refused(): void {
    right.value = 'unsupported';
  }

  return { right, active, look, switchOn, switchOff, refused };
});
