import { computed } from 'vue';
import type { Candidate } from './switcher';
import { type Row, useConversations } from '@/stores/conversations';
import { useGroups } from '@/stores/groups';
import { usePeople } from '@/stores/people';

/** Everybody one can go to: whom something was written with, friends, and groups; each once. */
export function useCandidates() {
  const conversations = useConversations();
  const people = usePeople();
  const groups = useGroups();

  function person(key: string, row?: Row): Candidate {
    const { avatar } = people.person(key);
    const name = people.displayName(key);
    return {
      conversation: `u:${key}`,
      name,
      key,
      avatar,
      group: false,
      time: row?.last?.time ?? 0,
      unread: row?.unread ?? 0,
    };
  }

  function group(key: string, row?: Row): Candidate {
    const known = groups.groups.get(key) ?? row?.group;
    const facts = { name: known?.name ?? key, avatar: known?.avatar ?? '' };
    return {
      conversation: `g:${key}`,
      key,
      ...facts,
      group: true,
      time: row?.last?.time ?? 0,
      unread: row?.unread ?? 0,
    };
  }

  return computed(() => {
    const all = new Map<string, Candidate>();
    for (const row of conversations.rows.values()) {
      const key = row.conversation.slice(2);
      if (row.conversation.startsWith('u:')) all.set(row.conversation, person(key, row));
      else if (row.conversation.startsWith('g:')) all.set(row.conversation, group(key, row));
    }
    for (const key of people.friends.keys()) if (!all.has(`u:${key}`)) all.set(`u:${key}`, person(key));
    for (const key of groups.groups.keys()) if (!all.has(`g:${key}`)) all.set(`g:${key}`, group(key));
    return [...all.values()];
  });
}
