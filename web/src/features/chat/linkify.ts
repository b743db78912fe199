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

/** A text as pieces, links told apart. What the pieces say joined together is the text, unchanged. */
export function segments(text: string): Segment[] {
  const pieces: Segment[] = [];
  let done = 0;
  for (const match of (finder.match(text) ?? []).slice(0, mostLinks)) {
    const href = safeHref(match.url);
    if (!href) continue;
    if (match.index > done) pieces.push({ text: text.slice(done, match.index) });
    pieces.push({ text: text.slice(match.index, match.lastIndex), href });
    done = match.lastIndex;
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
