import LinkifyIt from 'linkify-it';

export interface Segment {
  text: string;
  /** Where it leads; none for plain text. */
  href?: string;
}

const finder = new LinkifyIt(
  { 'ftp:': null as never, '//': null as never },
  { fuzzyLink: true, fuzzyEmail: true, fuzzyIP: false },
);
const allowed = new Set(['http:', 'https:', 'mailto:']);
/** Links of one message; the rest of it stays plain text. */
export const mostLinks = 100;

/** The address of a link that may be followed, else none: anything but the web and mail is left as text. */
export function safeHref(candidate: string): string | undefined {
  try {
    const url = new URL(candidate);
    return allowed.has(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
}

/** No address goes on beyond these: marks that are not ASCII (。，」…), all of the full-width forms, and what is invisible. */
const stops = /(?:(?![\x00-\x7f])\p{P}|[\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]|\p{Cf})+/gu;
/** Scripts without blanks put an address right behind a letter. */
const begins = /(?<=[^\x00-\x7f])(?=(?:https?:\/\/|mailto:|www\.))/giu;
/** Without a scheme in front, an address of ASCII alone begins there too. */
const beginsBare = /(?<=\p{Lo})(?=[a-z\d][a-z\d._+-]*(?:@[a-z\d-]+)?\.[a-z]{2,})/giu;
const hasScheme = /^(?:https?:\/\/|mailto:)/i;

/** Where a text may be cut without cutting an address. */
function cuts(text: string): number[] {
  const ends = [...text.matchAll(stops)].flatMap(({ index, 0: mark }) => [index, index + mark.length]);
  const starts = [...text.matchAll(begins)].map(({ index }) => index);
  return [...new Set([0, ...ends, ...starts, text.length])].sort((a, b) => a - b);
}

interface Found {
  from: number;
  to: number;
  url: string;
}

/** The addresses between two cuts. */
function foundIn(text: string, from: number): Found[] {
  const bare = hasScheme.test(text) ? [] : [...text.matchAll(beginsBare)].map(({ index }) => index);
  return [0, ...bare].flatMap((start, at) =>
    (finder.match(text.slice(start, bare[at] ?? text.length)) ?? []).map(({ index, lastIndex, url }) => ({
      from: from + start + index,
      to: from + start + lastIndex,
      url,
    })),
  );
}

/** A text as pieces, links told apart. What the pieces say joined together is the text, unchanged. */
export function segments(text: string): Segment[] {
  const pieces: Segment[] = [];
  let done = 0;
  const at = cuts(text);
  const found = at.slice(1).flatMap((to, index) => foundIn(text.slice(at[index], to), at[index] as number));
  for (const { from, to, url } of found.slice(0, mostLinks)) {
    const href = safeHref(url);
    if (!href) continue;
    if (from > done) pieces.push({ text: text.slice(done, from) });
    pieces.push({ text: text.slice(from, to), href });
    done = to;
  }
  if (done < text.length) pieces.push({ text: text.slice(done) });
  return pieces;
}

const emojiParts = /^[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\u200d\ufe0f\s]+$/u;

/** One to three emoji and nothing else: drawn large. */
export function isLargeEmoji(text: string): boolean {
  if (text.length > 60 || !emojiParts.test(text)) return false;
  const shown = [...new Intl.Segmenter().segment(text)].filter(({ segment }) => segment.trim() !== '');
  return shown.length > 0 && shown.length <= 3;
}
