import type { ConnectionState } from 'godwit-sdk';

/** How long a connection may be away before anything is said: most come back within it. */
export const graceMs = 1000;

export type BannerKind = 'offline' | 'blocked' | 'waiting' | 'connecting' | 'replaced' | 'too_many' | 'expiring' | 'memoryOnly';
export type BannerAction = 'retry' | 'takeOver' | 'renew' | 'dismiss';

export interface BannerFacts {
  state: ConnectionState;
  /** When the connection was last lost, in Unix milliseconds; 0 while it stands. */
  awaySince: number;
  now: number;
  expiring: boolean;
  storageKept: boolean;
  dismissed: boolean;
}

export interface BannerNotice {
  kind: BannerKind;
  action?: BannerAction;
}

function ofConnection({ state, awaySince, now }: BannerFacts): BannerNotice | null {
  const long = now - awaySince >= graceMs;
  switch (state.status) {
    case 'offline':
      return { kind: 'offline' };
    case 'waiting':
      if (state.blocked) return { kind: 'blocked', action: 'retry' };
      return long ? { kind: 'waiting', action: 'retry' } : null;
    case 'connecting':
      if (state.blocked) return { kind: 'blocked' };
      return long ? { kind: 'connecting' } : null;
    case 'ended':
      // All other ends lead to the login, which explains them.
      return state.reason === 'replaced' || state.reason === 'too_many'
        ? { kind: state.reason, action: 'takeOver' }
        : null;
    default:
      return null;
  }
}

/** The one thing that most needs saying, or null. */
export function bannerNotice(facts: BannerFacts): BannerNotice | null {
  const connection = ofConnection(facts);
  if (connection) return connection;
  if (facts.expiring) return { kind: 'expiring', action: 'renew' };
  return facts.storageKept || facts.dismissed ? null : { kind: 'memoryOnly', action: 'dismiss' };
}
