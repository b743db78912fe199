import type { IconName } from '@/components/icons';

export type Place = 'chats' | 'contacts' | 'search' | 'settings' | 'admin';

export interface Destination {
  place: Place;
  path: string;
  icon: IconName;
}

export const destinations: readonly Destination[] = [
  { place: 'chats', path: '/', icon: 'chat' },
  { place: 'contacts', path: '/contacts', icon: 'people' },
  { place: 'search', path: '/search', icon: 'search' },
  { place: 'settings', path: '/settings', icon: 'settings' },
  { place: 'admin', path: '/admin', icon: 'shield' },
];

/** Where in the navigation a path lies. */
export function placeOf(path: string): Place {
  const found = destinations.find((to) => to.path !== '/' && (path === to.path || path.startsWith(`${to.path}/`)));
  return found?.place ?? 'chats';
}

/** A count on a small badge. */
export const badgeText = (count: number): string => (count > 99 ? '99+' : String(count));

/** Title of the page: how much is unread, which screen, what this is. */
export function pageTitle(unread: number, screen: string): string {
  const name = screen ? `${screen} · godwit` : 'godwit';
  return unread > 0 ? `(${badgeText(unread)}) ${name}` : name;
}
