import type { Friend, Group, Person } from 'godwit-sdk';
import { computed, type Ref } from 'vue';
import { useI18n } from 'vue-i18n';
import { byName, matches } from './order';
import { useGroups } from '@/stores/groups';
import { usePeople } from '@/stores/people';
import { useSession } from '@/stores/session';

export type ContactRow =
  | { kind: 'heading'; id: string; text: string; count: number | null }
  | { kind: 'entry'; id: 'requests' | 'blocked'; count: number }
  | { kind: 'group'; id: string; group: Group }
  | { kind: 'friend'; id: string; friend: Friend }
  | { kind: 'found'; id: string; person: Person }
  | { kind: 'note'; id: string; text: string }
  | { kind: 'more'; id: string };

export interface Found {
  found: Ref<Person[]>;
  foundGroup: Ref<Group | null>;
  next: Ref<string | null>;
  busy: Ref<boolean>;
  error: Ref<unknown>;
}

const section = (id: string, text: string, rows: ContactRow[]): ContactRow[] =>
  rows.length ? [{ kind: 'heading', id, text, count: rows.length }, ...rows] : [];

/** The rows of the contacts column for what stands in its search box: mine first, then who else there is on the server. */
export function useContactRows(query: Ref<string>, server: Found) {
  const people = usePeople();
  const groups = useGroups();
  const session = useSession();
  const { t, locale } = useI18n();
  const wanted = computed(() => query.value.trim());

  const friends = computed(() => {
    return [...people.friends.values()]
      .filter(({ alias, user }) => !wanted.value || matches(wanted.value, [alias, user.name, user.key]))
      .sort(byName(({ alias, user }: Friend) => alias || user.name, locale.value));
  });
  const mine = computed(() =>
    [...groups.groups.values()]
      .filter(({ name, key }) => !wanted.value || matches(wanted.value, [name, key]))
      .sort(byName((group: Group) => group.name, locale.value)),
  );
  const others = computed(() => server.found.value.filter(({ key }) => key !== session.me && !people.friends.has(key)));

  function foundRows(): ContactRow[] {
    if (!wanted.value || server.error.value) return [];
    const rows: ContactRow[] = others.value.map((person) => ({ kind: 'found', id: `f:${person.key}`, person }));
    const group = server.foundGroup.value;
    if (group && !groups.groups.has(group.key)) rows.unshift({ kind: 'group', id: `g:${group.key}`, group });
    if (server.next.value) rows.push({ kind: 'more', id: 'more' });
    if (!rows.length && !server.busy.value) rows.push({ kind: 'note', id: 'nobody', text: t('contacts.nobodyFound') });
    return rows.length ? [{ kind: 'heading', id: 'found', text: t('contacts.others'), count: null }, ...rows] : [];
  }

  const rows = computed<ContactRow[]>(() => {
    const requests: ContactRow = { kind: 'entry', id: 'requests', count: people.pendingCount };
    const blocked: ContactRow = { kind: 'entry', id: 'blocked', count: people.blocked.size };
    const groupRows = mine.value.map((group): ContactRow => ({ kind: 'group', id: `g:${group.key}`, group }));
    const friendRows = friends.value.map((friend): ContactRow => ({ kind: 'friend', id: `u:${friend.user.key}`, friend }));
    return [
      ...(wanted.value ? [] : [requests, blocked]),
      ...section('groups', t('contacts.groups'), groupRows),
      ...section('friends', t('contacts.friends'), friendRows),
      ...foundRows(),
    ];
  });

  return { rows, isEmpty: computed(() => !wanted.value && people.friends.size + groups.groups.size === 0) };
}
