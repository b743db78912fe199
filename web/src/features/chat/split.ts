/** Bytes of UTF-8 that one message holds. */
export const mostBytes = 8192;
/** From here on the composer counts. */
export const nearBytes = 7000;
/** Messages that one long text may be sent as. */
export const mostParts = 20;

const encoder = new TextEncoder();
export const byteLength = (text: string): number => encoder.encode(text).length;

/** What the server takes: no NUL, no lone halves of a surrogate pair, nothing but text around it. */
export const cleaned = (text: string): string =>
  text
    .replaceAll('\0', '')
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .trim();

/** UTF-16 length of the longest beginning of `text` within `bytes`, at the border of a code point. */
function fitting(text: string, bytes: number): number {
  const { read } = encoder.encodeInto(text, new Uint8Array(bytes));
  return read;
}

/**
 * Where to cut at or before `end`: behind a line, else a sentence, else a word, if one ends in the second half;
 * else at a character.
 */
function border(text: string, end: number): number {
  if (end >= text.length) return end;
  const head = text.slice(0, end);
  for (const breaks of [/\n/g, /[.!?。！？]\s*/gu, /\s/g]) {
    let last = 0;
    for (const match of head.matchAll(breaks)) last = match.index + match[0].length;
    if (last > end / 2) return last;
  }
  // A character of several code points (a family, a flag) is not torn apart.
  const tail = Math.max(0, end - 64);
  let cut = end;
  for (const { index } of new Intl.Segmenter().segment(text.slice(tail, end + 64))) {
    if (tail + index > end) break;
    if (tail + index > 0) cut = tail + index;
  }
  return cut;
}

/** A text as messages of at most `bytes` each, nothing lost but the white space around the cuts. */
export function split(text: string, bytes = mostBytes): string[] {
  const parts: string[] = [];
  let rest = cleaned(text);
  while (rest !== '') {
    const cut = border(rest, fitting(rest, bytes));
    const part = rest.slice(0, cut).trim();
    if (part !== '') parts.push(part);
    rest = rest.slice(cut).trim();
  }
  return parts;
}
