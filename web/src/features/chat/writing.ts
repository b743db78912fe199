import type { Frame, Group } from 'godwit-sdk';
import { FrameType } from 'godwit-sdk';

export type Obstacle = 'notices' | 'blocked' | 'notFriends' | 'left' | 'dissolved' | 'muted';

/** Until when `me` is muted by the newest 209 that says so; undefined where none of these frames does. */
export function muteIn(frames: Frame[], me: string): number | null | undefined {
  const said = frames.findLast((f) => f.type === FrameType.groupChanged && f.change === 'muted' && f.target === me);
  return said ? (said.mutedUntil ?? null) : undefined;
}

export interface Standing {
  conversation: string;
  friends: boolean;
  blocked: boolean;
  group: Group | undefined;
  dissolved: boolean;
  mutedUntil: number | null;
  now: number;
}

/** Why nothing can be written here, or null. Being blocked by the other person shows only in a refused send. */
export function obstacle(standing: Standing): Obstacle | null {
  const { conversation } = standing;
  if (conversation === 's:') return 'notices';
  if (conversation.startsWith('u:')) return standing.blocked ? 'blocked' : standing.friends ? null : 'notFriends';
  if (!standing.group) return standing.dissolved ? 'dissolved' : 'left';
  return (standing.mutedUntil ?? 0) > standing.now ? 'muted' : null;
}
