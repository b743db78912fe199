import type { Server } from './server';

export const password = 'correct horse battery';

/** Somebody who uses the HTTP API without a page: makes the world that a test begins with. */
export class ApiUser {
  private sent = 0;

  private constructor(
    private readonly server: Server,
    readonly key: string,
    readonly token: string,
  ) {}

  static async register(server: Server, key: string, name = ''): Promise<ApiUser> {
    await server.call('POST', '/v1/users', { key, password, ...(name ? { name } : {}) });
    return ApiUser.login(server, key);
  }

  static async login(server: Server, key: string, device = `api-${key}`): Promise<ApiUser> {
    const body = { key, password, device: { id: device, name: 'API' } };
    const { token } = await server.call<{ token: string }>('POST', '/v1/sessions', body);
    return new ApiUser(server, key, token);
  }

  call<T>(method: string, path: string, body?: unknown): Promise<T> {
    return this.server.call<T>(method, path, body, this.token);
  }

  async befriend(other: ApiUser): Promise<void> {
    const { id } = await this.call<{ id: string }>('POST', '/v1/friend-requests', { receiver: other.key });
    await other.call('POST', `/v1/friend-requests/${id}/approve`);
  }

  async createGroup(name: string, members: ApiUser[]): Promise<string> {
    const body = { name, members: members.map((member) => member.key) };
    return (await this.call<{ key: string }>('POST', '/v1/groups', body)).key;
  }

  send(conversation: string, msg: string): Promise<{ id: string; conversation: string; seq: number }> {
    const type = conversation.startsWith('g:') ? 102 : 101;
    const clientId = `${this.key}-${Date.now()}-${(this.sent += 1)}`;
    return this.call('POST', '/v1/messages', { type, msgReceiver: conversation.slice(2), msg, clientId });
  }
}
