import type { Problem } from './types.js';

export interface ErrorFacts {
  code: string;
  status?: number;
  retryable?: boolean;
  detail?: string;
  traceId?: string;
  fields?: Record<string, string>;
  retryAfterMs?: number;
}

/**
 * Every refusal. `code` is a code of docs/errors.md, or one of the client's own: `network` (no answer, status 0),
 * `timeout`, `bad_answer` (not
 * what the protocol says), `outbox_full`, `bad_conversation`, `kv_full`, `kv_too_large`, `too_many_items`, `closed`.
 */
export class GodwitError extends Error {
  override readonly name = 'GodwitError';
  readonly code: string;
  readonly status: number;
  readonly retryable: boolean;
  readonly detail: string;
  readonly traceId: string;
  readonly fields: Record<string, string>;
  /** How long the server asks to wait, where it said so. */
  readonly retryAfterMs: number | undefined;

  constructor(facts: ErrorFacts) {
    super(facts.detail ? `${facts.code}: ${facts.detail}` : facts.code);
    this.code = facts.code;
    this.status = facts.status ?? 0;
    this.retryable = facts.retryable ?? false;
    this.detail = facts.detail ?? '';
    this.traceId = facts.traceId ?? '';
    this.fields = facts.fields ?? {};
    this.retryAfterMs = facts.retryAfterMs;
  }
}

export function isProblem(value: unknown): value is Problem {
  const problem = value as Partial<Problem> | null;
  return typeof problem === 'object' && problem !== null && typeof problem.code === 'string';
}
