import type { GodwitApi, Page, PageQuery } from 'godwit-sdk';
import type * as t from './types';

function query(values: Record<string, string | number | undefined>): string {
  const pairs = Object.entries(values).filter(([, value]) => value !== undefined && value !== '');
  const text = new URLSearchParams(pairs.map(([name, value]) => [name, String(value)])).toString();
  return text && `?${text}`;
}

const at = encodeURIComponent;
type Signal = AbortSignal | undefined;

/** The calls of an administrator. */
export class AdminApi {
  constructor(private readonly api: () => GodwitApi) {}

  private get<T>(path: string, values: Record<string, string | number | undefined> = {}, signal?: Signal): Promise<T> {
    return this.api().request<T>('GET', `/v1/admin/${path}${query(values)}`, undefined, signal);
  }
  private change<T>(method: 'POST' | 'DELETE', path: string, body?: unknown): Promise<T> {
    return this.api().request<T>(method, `/v1/admin/${path}`, body);
  }

  overview(signal?: Signal): Promise<t.Overview> {
    return this.get('overview', {}, signal);
  }
  rates(since: number, signal?: Signal): Promise<t.Rates> {
    return this.get('rates', { since }, signal);
  }
  users(q: string, page: PageQuery, signal?: Signal): Promise<Page<t.Account>> {
    return this.get('users', { q, ...page }, signal);
  }
  user(key: string, signal?: Signal): Promise<t.AccountDetails> {
    return this.get(`users/${at(key)}`, {}, signal);
  }
  setDisabled(key: string, disabled: boolean): Promise<t.Account> {
    return this.change('POST', `users/${at(key)}/${disabled ? 'disable' : 'enable'}`);
  }
  /** Answers the password, which is seen this once. */
  addUser(key: string, name: string): Promise<{ key: string; password: string }> {
    return this.change('POST', 'users', { key, ...(name ? { name } : {}) });
  }
  resetPassword(key: string): Promise<{ password: string }> {
    return this.change('POST', `users/${at(key)}/password`);
  }
  /** Without `session`: all of them. */
  endSessions(key: string, session?: string): Promise<void> {
    return this.change('DELETE', `users/${at(key)}/sessions${session ? `/${at(session)}` : ''}`);
  }
  keys(page: PageQuery, signal?: Signal): Promise<Page<t.ServiceKey>> {
    return this.get('keys', { ...page }, signal);
  }
  revokeKey(id: string): Promise<void> {
    return this.change('DELETE', `keys/${at(id)}`);
  }
  groups(q: string, page: PageQuery, signal?: Signal): Promise<Page<t.AdminGroup>> {
    return this.get('groups', { q, ...page }, signal);
  }
  members(group: string, page: PageQuery, signal?: Signal): Promise<Page<t.AdminMember>> {
    return this.get(`groups/${at(group)}/members`, { ...page }, signal);
  }
  dissolve(group: string): Promise<void> {
    return this.change('DELETE', `groups/${at(group)}`);
  }
  processes(page: PageQuery, signal?: Signal): Promise<Page<t.AdminProcess>> {
    return this.get('processes', { ...page }, signal);
  }
  shards(signal?: Signal): Promise<t.Shards> {
    return this.get('shards', {}, signal);
  }
  settings(page: PageQuery, signal?: Signal): Promise<Page<t.Setting>> {
    return this.get('settings', { ...page }, signal);
  }
  push(notice: t.NoticeBody): Promise<t.NoticeAnswer> {
    return this.change('POST', 'notices', notice);
  }
  audit(page: PageQuery, signal?: Signal): Promise<Page<t.AuditEntry>> {
    return this.get('audit', { ...page }, signal);
  }
}
