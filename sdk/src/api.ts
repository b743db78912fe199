import { GodwitError } from './errors.js';
import { queryString, segment, Transport, type ApiOptions, type Query } from './transport.js';
import type * as t from './types.js';

type Signal = AbortSignal | undefined;

/**
 * Follows the cursors of a list to its end. More than `bound` items are an error, so that no list grows without an
 * end.
 */
export async function all<T>(list: (page: t.PageQuery) => Promise<t.Page<T>>, bound = 5000): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: t.Page<T> = await list(cursor ? { limit: 200, cursor } : { limit: 200 });
    items.push(...page.items);
    if (items.length > bound) throw new GodwitError({ code: 'too_many_items', detail: `more than ${bound}` });
    cursor = page.next;
  }
  return items;
}

/** Every HTTP call of the protocol. Lists answer one page; `all` follows them. */
export class GodwitApi {
  private readonly transport: Transport;

  constructor(options: ApiOptions) {
    this.transport = new Transport(options);
  }

  get url(): string {
    return this.transport.url;
  }
  get token(): string | undefined {
    return this.transport.token;
  }
  set token(token: string | undefined) {
    this.transport.token = token;
  }

  /** Any call, also those of later versions. */
  request<T = unknown>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
    return this.transport.request<T>(method, path, body, signal);
  }
  all<T>(list: (page: t.PageQuery) => Promise<t.Page<T>>, bound?: number): Promise<T[]> {
    return all(list, bound);
  }
  private get<T>(path: string, query: object, signal: Signal): Promise<T> {
    return this.request<T>('GET', path + queryString(query as Query), undefined, signal);
  }

  // Accounts and sessions
  register(account: t.Registration, signal?: AbortSignal): Promise<t.User> {
    return this.request('POST', '/v1/users', account, signal);
  }
  registration(signal?: AbortSignal): Promise<{ registration: t.RegistrationMode }> {
    return this.get('/v1/registration', {}, signal);
  }
  /** Does not change this object's token: a program may log in one account while it speaks for another. */
  login(credentials: t.Credentials, signal?: AbortSignal): Promise<t.Login> {
    return this.request('POST', '/v1/sessions', credentials, signal);
  }
  sessions(page: t.PageQuery = {}, signal?: AbortSignal): Promise<t.Page<t.Session>> {
    return this.get('/v1/sessions', page, signal);
  }
  endSession(id: string, signal?: AbortSignal): Promise<void> {
    return this.request('DELETE', `/v1/sessions/${segment(id)}`, undefined, signal);
  }
  me(signal?: AbortSignal): Promise<t.User> {
    return this.get('/v1/me', {}, signal);
  }
  updateMe(change: t.ProfileChange, signal?: AbortSignal): Promise<t.User> {
    return this.request('PATCH', '/v1/me', change, signal);
  }
  changePassword(passwords: { old: string; new: string }, signal?: AbortSignal): Promise<t.User> {
    return this.request('PUT', '/v1/me/password', passwords, signal);
  }
  findUsers(q: string, page: t.PageQuery = {}, signal?: AbortSignal): Promise<t.Page<t.User>> {
    return this.get('/v1/users', { q, ...page }, signal);
  }
  user(key: string, signal?: AbortSignal): Promise<t.User> {
    return this.get(`/v1/users/${segment(key)}`, {}, signal);
  }

  // Friends, requests, blocks
  friends(page: t.PageQuery = {}, signal?: AbortSignal): Promise<t.Page<t.Friend>> {
    return this.get('/v1/friends', page, signal);
  }
  setAlias(key: string, alias: string, signal?: AbortSignal): Promise<t.Friend> {
    return this.request('PATCH', `/v1/friends/${segment(key)}`, { alias }, signal);
  }
  removeFriend(key: string, signal?: AbortSignal): Promise<void> {
    return this.request('DELETE', `/v1/friends/${segment(key)}`, undefined, signal);
  }
  requestFriend(receiver: string, note?: string, signal?: AbortSignal): Promise<t.FriendRequest> {
    return this.request('POST', '/v1/friend-requests', { receiver, note }, signal);
  }
  friendRequests(box: t.Box = 'in', page: t.PageQuery = {}, signal?: AbortSignal): Promise<t.Page<t.FriendRequest>> {
    return this.get('/v1/friend-requests', { box, ...page }, signal);
  }
  approveFriend(request: string, signal?: AbortSignal): Promise<t.FriendRequest> {
    return this.request('POST', `/v1/friend-requests/${segment(request)}/approve`, undefined, signal);
  }
  rejectFriend(request: string, signal?: AbortSignal): Promise<t.FriendRequest> {
    return this.request('POST', `/v1/friend-requests/${segment(request)}/reject`, undefined, signal);
  }
  blocks(page: t.PageQuery = {}, signal?: AbortSignal): Promise<t.Page<t.Block>> {
    return this.get('/v1/blocks', page, signal);
  }
  block(key: string, signal?: AbortSignal): Promise<void> {
    return this.request('PUT', `/v1/blocks/${segment(key)}`, undefined, signal);
  }
  unblock(key: string, signal?: AbortSignal): Promise<void> {
    return this.request('DELETE', `/v1/blocks/${segment(key)}`, undefined, signal);
  }

  // Groups
  createGroup(group: { name: string; members?: string[] }, signal?: AbortSignal): Promise<t.Group> {
    return this.request('POST', '/v1/groups', group, signal);
  }
  groups(page: t.PageQuery = {}, signal?: AbortSignal): Promise<t.Page<t.Group>> {
    return this.get('/v1/groups', page, signal);
  }
  group(key: string, signal?: AbortSignal): Promise<t.Group> {
    return this.get(`/v1/groups/${segment(key)}`, {}, signal);
  }
  updateGroup(key: string, change: t.GroupChange, signal?: AbortSignal): Promise<t.Group> {
    return this.request('PATCH', `/v1/groups/${segment(key)}`, change, signal);
  }
  dissolveGroup(key: string, signal?: AbortSignal): Promise<void> {
    return this.request('DELETE', `/v1/groups/${segment(key)}`, undefined, signal);
  }
  members(group: string, page: t.PageQuery = {}, signal?: AbortSignal): Promise<t.Page<t.Member>> {
    return this.get(`/v1/groups/${segment(group)}/members`, page, signal);
  }
  updateMember(group: string, user: string, change: t.MemberChange, signal?: AbortSignal): Promise<t.Member> {
    return this.request('PATCH', `/v1/groups/${segment(group)}/members/${segment(user)}`, change, signal);
  }
  /** `me` leaves the group. */
  removeMember(group: string, user: string, signal?: AbortSignal): Promise<void> {
    return this.request('DELETE', `/v1/groups/${segment(group)}/members/${segment(user)}`, undefined, signal);
  }
  requestJoin(group: string, note?: string, signal?: AbortSignal): Promise<t.GroupRequest> {
    return this.request('POST', `/v1/groups/${segment(group)}/requests`, { note }, signal);
  }
  groupRequests(box: t.Box = 'in', page: t.PageQuery = {}, signal?: AbortSignal): Promise<t.Page<t.GroupRequest>> {
    return this.get('/v1/group-requests', { box, ...page }, signal);
  }
  approveJoin(request: string, signal?: AbortSignal): Promise<t.GroupRequest> {
    return this.request('POST', `/v1/group-requests/${segment(request)}/approve`, undefined, signal);
  }
  rejectJoin(request: string, signal?: AbortSignal): Promise<t.GroupRequest> {
    return this.request('POST', `/v1/group-requests/${segment(request)}/reject`, undefined, signal);
  }

  // Messages
  sendMessage(message: t.Send, signal?: AbortSignal): Promise<t.SendAnswer> {
    return this.request('POST', '/v1/messages', message, signal);
  }
  recall(id: string, signal?: AbortSignal): Promise<t.Frame> {
    return this.request('DELETE', `/v1/messages/${segment(id)}`, undefined, signal);
  }
  conversations(page: t.PageQuery = {}, signal?: AbortSignal): Promise<t.Page<t.Conversation>> {
    return this.get('/v1/conversations', page, signal);
  }
  history(conversation: string, query: t.HistoryQuery = {}, signal?: AbortSignal): Promise<t.Page<t.Frame>> {
    return this.get(`/v1/conversations/${segment(conversation)}/messages`, query, signal);
  }
  markRead(conversation: string, seq: number, signal?: AbortSignal): Promise<t.ReadPosition> {
    return this.request('PUT', `/v1/conversations/${segment(conversation)}/read`, { seq }, signal);
  }
  /** One page of the inbox, up to 1,000 items. Reading acknowledges nothing. */
  offline(page: t.InboxQuery = {}, signal?: AbortSignal): Promise<t.InboxPage> {
    return this.get('/v1/offline', page, signal);
  }
  acknowledge(seqs: Record<string, number>, signal?: AbortSignal): Promise<void> {
    return this.request('POST', '/v1/acks', seqs, signal);
  }
  search(query: t.SearchQuery, signal?: AbortSignal): Promise<t.Page<t.Hit>> {
    return this.get('/v1/messages/search', query, signal);
  }
  /** A socket past the gateway, for a login whose `sockets` is `direct`. `avoid`: a node that was not reached. */
  offerSocket(avoid?: string, signal?: AbortSignal): Promise<t.SocketOffer> {
    return this.request('POST', '/v1/sockets', { avoid }, signal);
  }
  health(signal?: AbortSignal): Promise<{ status: string }> {
    return this.get('/healthz', {}, signal);
  }
}
