import type { Group, Member } from 'godwit-sdk';
import { shallowRef } from 'vue';
import { useI18n } from 'vue-i18n';
import { useGroupActions } from './useGroupActions';
import { useActions } from '@/lib/actions';
import { ask } from '@/lib/ask';
import { usePeople } from '@/stores/people';

export type MemberAction = 'mute' | 'unmute' | 'admin' | 'member' | 'owner' | 'remove';

/** Doing to a member of `group` what was chosen; what cannot be undone asks first. */
export function useMemberActions(group: () => Group) {
  const { t } = useI18n();
  const people = usePeople();
  const { running, run } = useActions();
  const { changeMember, removeMember } = useGroupActions();
  /** For whom a time is being chosen. */
  const muting = shallowRef<Member | null>(null);

  async function sureToHandOver(name: string): Promise<boolean> {
    const first = { title: t('groups.handOverTitle', { name }), text: t('groups.handOverText', { name, group: group().name }) };
    if (!(await ask({ ...first, confirm: t('groups.handOverNext') }))) return false;
    const second = { title: t('groups.handOverSure', { name }), text: t('groups.handOverSureText', { name }) };
    return ask({ ...second, confirm: t('groups.handOverDo', { name }), danger: true });
  }

  const sureToRemove = (name: string) => {
    const question = { title: t('groups.removeTitle', { name }), text: t('groups.removeText', { group: group().name }) };
    return ask({ ...question, confirm: t('groups.remove'), danger: true });
  };

  async function act(action: MemberAction, member: Member): Promise<void> {
    const { key } = member.user;
    const name = people.displayName(key);
    const patch = (values: Parameters<typeof changeMember>[2]) => run(key, () => changeMember(group().key, key, values));
    if (action === 'mute') muting.value = member;
    else if (action === 'unmute') await patch({ mutedUntil: null });
    else if (action === 'remove') {
      if (await sureToRemove(name)) await run(key, () => removeMember(group().key, key));
    } else if (action !== 'owner' || (await sureToHandOver(name))) await patch({ role: action });
  }

  return { running, muting, act };
}
