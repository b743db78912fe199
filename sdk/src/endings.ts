import { GodwitError } from './errors.js';
import type { ConnectionState, EndReason } from './surface.js';
import type { Login } from './types.js';

export type End = Pick<ConnectionState, 'code'> & { reason: EndReason };

const BY_CODE: Record<number, EndReason> = {
  4501: 'expired',
  4502: 'session_ended',
  4503: 'too_many',
  4504: 'protocol',
  4505: 'replaced',
  // The client broke RFC 6455, its text was no UTF-8, or it was too large: coming back would do it again.
  1002: 'protocol',
  1007: 'protocol',
  1009: 'protocol',
};

/** By the code of a 202, for libraries and proxies that lose the close code. */
const BY_NAME: Record<string, EndReason> = {
  token_expired: 'expired',
  session_ended: 'session_ended',
  too_many_connections: 'too_many',
  protocol_violation: 'protocol',
  replaced: 'replaced',
};

/** Why not to come back after this close; null means to come back. */
export function endOf(code: number, refusal: string | undefined): End | null {
  const lost = code === 1005 || code === 1006;
  const reason = BY_CODE[code] ?? (code >= 4500 && code <= 4999 ? 'protocol' : lost && BY_NAME[refusal ?? '']);
  return reason ? { reason, code } : null;
}

/** What a refused call says about the login; null where it says nothing. */
export function endOfLogin(error: unknown, login: Login, now: number): End | null {
  if (!(error instanceof GodwitError)) return null;
  if (error.code === 'account_disabled') return { reason: 'account_disabled' };
  if (error.status !== 401 || error.code !== 'unauthenticated') return null;
  return { reason: now >= login.expiresAt ? 'expired' : 'unauthenticated' };
}
