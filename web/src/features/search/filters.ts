import type { SearchQuery } from 'godwit-sdk';

/** What the search form holds; days as an input of type date writes them, `YYYY-MM-DD`, in the reader's time zone. */
export interface SearchForm {
  text: string;
  conversation: string;
  sender: string;
  fromDay: string;
  toDay: string;
}

export const emptyForm = (): SearchForm => ({ text: '', conversation: '', sender: '', fromDay: '', toDay: '' });

/** The first moment of that day, or of one `later`; undefined for what is no day. */
function startOf(day: string, later = 0): number | undefined {
  const [year, month, date] = day.split('-').map(Number);
  if (!year || !month || !date) return undefined;
  return new Date(year, month - 1, date + later).getTime();
}

/** Words of one Latin letter would find nearly everything; one Chinese character is a word. */
export function isTooShort(text: string): boolean {
  const points = [...text.trim()];
  return points.length === 1 && /^[\p{ASCII}\p{Script=Latin}]$/u.test(points[0] ?? '');
}

/** The query of a form, or null where there is nothing to ask yet. Both days are included. */
export function queryOf(form: SearchForm): SearchQuery | null {
  const q = form.text.trim();
  if (!q || isTooShort(q)) return null;
  const from = startOf(form.fromDay);
  const end = startOf(form.toDay, 1);
  return {
    q,
    ...(form.conversation ? { conversation: form.conversation } : {}),
    ...(form.sender ? { sender: form.sender } : {}),
    ...(from === undefined ? {} : { from: Math.max(from, 0) }),
    ...(end === undefined ? {} : { to: Math.max(end - 1, 0) }),
  };
}

/** How many of the filters are in use. */
export const filterCount = ({ conversation, sender, fromDay, toDay }: SearchForm): number =>
  [conversation, sender, fromDay, toDay].filter(Boolean).length;

/** The days are the wrong way round, and nothing can lie between them. */
export const isBackwards = ({ fromDay, toDay }: SearchForm): boolean => Boolean(fromDay && toDay && fromDay > toDay);
