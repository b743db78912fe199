import type { NoticeTo } from './types';

export type Audience = 'all' | 'users' | 'groups';

/** Somebody picked: a person, or a group with its members. */
export interface Pick {
  key: string;
  name: string;
  people: number;
}

export interface NoticeForm {
  audience: Audience;
  users: Pick[];
  groups: Pick[];
  /** Keys that are not picked yet: nothing goes out while somebody may be missing. */
  typed: string;
  title: string;
  text: string;
}

export const emptyForm = (): NoticeForm => ({
  audience: 'users',
  users: [],
  groups: [],
  typed: '',
  title: '',
  text: '',
});

/** The server's bounds. */
export const bounds = { picks: 1000, textBytes: 8192, titleCharacters: 128 } as const;

const encoder = new TextEncoder();
export const bytesOf = (text: string) => encoder.encode(text).length;
export const charactersOf = (text: string) => [...text].length;

export function picksOf(form: NoticeForm): Pick[] {
  return form.audience === 'all' ? [] : form[form.audience];
}

export function isReady(form: NoticeForm): boolean {
  const picks = picksOf(form).length;
  const addressed = form.audience === 'all' || (form.typed.trim() === '' && picks > 0 && picks <= bounds.picks);
  const fits = bytesOf(form.text) <= bounds.textBytes && charactersOf(form.title) <= bounds.titleCharacters;
  return addressed && fits && form.text.trim() !== '';
}

export function receiversOf(form: NoticeForm): NoticeTo {
  if (form.audience === 'all') return { all: true };
  const keys = picksOf(form).map((pick) => pick.key);
  return form.audience === 'users' ? { users: keys } : { groups: keys };
}

/** Keys in pasted or typed text: separated by spaces, commas or lines; each once. */
export function keysIn(text: string): string[] {
  const words = text.split(/[\s,;，；、]+/u).map((word) => word.replace(/^@/, '').toLowerCase());
  return [...new Set(words.filter((word) => word !== ''))];
}
