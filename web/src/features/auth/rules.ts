import { GodwitError } from 'godwit-sdk';

export const keyLength = { min: 3, max: 32 };
export const passwordLength = { min: 8, max: 128 };
export const nameMost = 64;

const characters = (text: string) => [...text].length;

/**
 * A key as the server will know it: capitals are lower-cased as they are typed, and full-width ones of an input method
 * made plain.
 */
export const normalKey = (typed: string): string => typed.normalize('NFKC').trim().toLowerCase();

/** What is wrong with a key, as a key of the texts in `auth.rules`; '' where nothing is. */
export function keyProblem(key: string): string {
  if (key === '') return 'required';
  if (/[^a-z0-9._-]/.test(key)) return 'keyCharacters';
  if (!/^[a-z0-9]/.test(key)) return 'keyStart';
  if (key.length < keyLength.min) return 'keyShort';
  return key.length > keyLength.max ? 'keyLong' : '';
}

export function passwordProblem(password: string): string {
  if (password === '') return 'required';
  if (characters(password) < passwordLength.min) return 'passwordShort';
  return characters(password) > passwordLength.max ? 'passwordLong' : '';
}

export const nameProblem = (name: string): string => (characters(name.trim()) > nameMost ? 'nameLong' : '');

/**
 * A path of this page where `next` is one, else the start. Addresses of other sites ("//x", "/\x", "https:…") are not
 * followed.
 */
export function ownPath(next: unknown): string {
  if (typeof next !== 'string' || !/^\/(?![/\\])/.test(next)) return '/';
  return /[\u0000-\u001f\\]/.test(next) || /^\/(login|register)\b/.test(next) ? '/' : next;
}

/** An invite out of an address (`/register?invite=…`). */
export const inviteIn = (given: unknown): string => (typeof given === 'string' ? given.trim().slice(0, 128) : '');

/** When a refusal says to come back, as a moment; 0 where it does not. */
export function comeBackAt(error: unknown, now: number): number {
  return error instanceof GodwitError && error.retryAfterMs ? now + error.retryAfterMs : 0;
}
