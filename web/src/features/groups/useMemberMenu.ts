import type { Group, Member } from 'godwit-sdk';
import { computed, ref, shallowRef } from 'vue';
import { useI18n } from 'vue-i18n';
import { isMuted } from './members';
import { hasRights, memberRights } from './permissions';
import { type MemberAction, useMemberActions } from './useMemberActions';
import type { MenuItem } from '@/components/PopupMenu.vue';
import { useSession } from '@/stores/session';

/** What may be done to a member of `group`, as a menu at a point of the screen. */
export function useMemberMenu(group: () => Group) {
  const { t } = useI18n();
  const session = useSession();
  const { running, muting, act } = useMemberActions(group);
  const target = shallowRef<Member | null>(null);
  const at = ref<{ x: number; y: number } | null>(null);

  const rightsOver = (member: Member) =>
    memberRights({ key: session.me, role: group().role }, { key: member.user.key, role: member.role });
  const manageable = (member: Member) => hasRights(rightsOver(member));

  const items = computed<MenuItem[]>(() => {
    const member = target.value;
    if (!member) return [];
    const rights = rightsOver(member);
    const muted = isMuted(member, Date.now());
    const offered: [boolean, MenuItem & { id: MemberAction }][] = [
      [rights.mute && !muted, { id: 'mute', label: t('groups.muteDots'), icon: 'muted' }],
      [rights.mute && muted, { id: 'unmute', label: t('groups.unmute'), icon: 'check' }],
      [rights.makeAdmin, { id: 'admin', label: t('groups.makeAdmin'), icon: 'people' }],
      [rights.makeMember, { id: 'member', label: t('groups.makeMember'), icon: 'person' }],
      [rights.handOver, { id: 'owner', label: t('groups.handOver'), icon: 'share' }],
      [rights.remove, { id: 'remove', label: t('groups.remove'), icon: 'close', danger: true }],
    ];
    return offered.filter(([allowed]) => allowed).map(([, item]) => item);
  });

  function open(member: Member, point: { x: number; y: number }): void {
    target.value = member;
    at.value = point;
  }

  async function choose(id: string): Promise<void> {
    if (target.value) await act(id as MemberAction, target.value);
  }

  return { running, items, at, target, muting, manageable, open, choose };
}
