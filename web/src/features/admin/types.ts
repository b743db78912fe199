/** The shapes of /v1/admin (docs/openapi.yaml). Times are Unix milliseconds. */
import type { Person, Role, Session } from 'godwit-sdk';

export interface QueueDepth {
  name: string;
  depth: number;
  /** null: as much as the disk takes. */
  bound: number | null;
}

export interface Overview {
  version: string;
  startedAt: number;
  time: number;
  users: number;
  groups: number;
  sessions: number;
  connections: number;
  onlineUsers: number;
  queues: QueueDepth[];
  inbox: { entries: number; bytes: number };
  archive: { lag: number };
}

/** What happened in one interval: `connections` is how many there were at its end, the others count. */
export interface RateSample {
  time: number;
  connections: number;
  sends: number;
  pushes: number;
  connects: number;
  requests: number;
  failures: number;
  /** Mean time to answer a request; absent where there was none. */
  answerMs?: number;
}

export interface Rates {
  /** Milliseconds that a sample stands for. */
  interval: number;
  items: RateSample[];
}

export interface Account {
  key: string;
  name: string;
  admin: boolean;
  disabled: boolean;
  createdAt: number;
  lastSeenAt: number | null;
  /** Has a socket open now. */
  online: boolean;
  sessions: number;
}

export interface AccountDetails extends Account {
  bio: string;
  avatar: string;
  friends: number;
  groups: number;
  sessionList: Session[];
}

export interface AdminGroup {
  key: string;
  name: string;
  owner: string;
  memberCount: number;
  joinPolicy: 'approval' | 'open' | 'closed';
  createdAt: number;
}

export interface AdminMember {
  user: Person;
  role: Role;
  mutedUntil: number | null;
  joinedAt: number;
}

export interface ServiceKey {
  id: string;
  name: string;
  scopes: string[];
  createdAt: number;
  /** null: never. */
  expiresAt: number | null;
  lastUsedAt: number | null;
}

export interface AdminNode {
  node: string;
  roles: string[];
  connections: number;
  users: number;
  startedAt: number;
  version: string;
}

export type SettingValue = string | number | boolean | null | SettingValue[] | { [name: string]: SettingValue };

export interface Setting {
  name: string;
  value: SettingValue;
  default: SettingValue;
  source: 'default' | 'file' | 'environment' | 'flag';
  doc: string;
  /** Takes effect by a reload, without a restart. */
  reload: boolean;
  secret?: boolean;
}

export type NoticeTo = { all: true } | { users: string[] } | { groups: string[] };

export interface NoticeBody {
  to: NoticeTo;
  msg: string;
  title?: string;
  clientId: string;
}

export interface NoticeAnswer {
  id: string;
  receivers: number;
}

export interface AuditEntry {
  id: string;
  time: number;
  admin: string;
  action: string;
  target: string;
  detail: string;
}
