import type { Role } from 'godwit-sdk';

/** What a role may do in its group. The server judges; this keeps what it would refuse off the screen. */
export interface GroupRights {
  edit: boolean;
  answerRequests: boolean;
  leave: boolean;
  /** Would have to hand over before leaving. */
  mustHandOver: boolean;
  dissolve: boolean;
}

export interface MemberRights {
  mute: boolean;
  remove: boolean;
  makeAdmin: boolean;
  makeMember: boolean;
  handOver: boolean;
}

export interface Participant {
  key: string;
  role: Role | null;
}

export function groupRights(role: Role | null): GroupRights {
  const manages = role === 'owner' || role === 'admin';
  return {
    edit: manages,
    answerRequests: manages,
    leave: role === 'admin' || role === 'member',
    mustHandOver: role === 'owner',
    dissolve: role === 'owner',
  };
}

/** The owner may do everything to everybody else, admins may mute and remove members, nobody anything to themselves. */
export function memberRights(actor: Participant, target: Participant): MemberRights {
  const owner = actor.role === 'owner' && actor.key !== target.key;
  const reaches = owner || (actor.role === 'admin' && target.role === 'member' && actor.key !== target.key);
  return {
    mute: reaches,
    remove: reaches,
    makeAdmin: owner && target.role === 'member',
    makeMember: owner && target.role === 'admin',
    handOver: owner,
  };
}

export const hasRights = (rights: MemberRights): boolean => Object.values(rights).some(Boolean);
