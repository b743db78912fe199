import { part } from '@/lib/part';
import { readStored, writeStored } from '@/lib/stored';

export interface Emoji {
  unicode: string;
  label: string;
  group: number;
  /** Lower-cased label and tags, to be searched in. */
  words: string;
}

/** As emojibase-data has them. */
export interface EmojiData {
  unicode: string;
  label: string;
  group?: number;
  order?: number;
  tags?: string[];
}

const recentKey = 'godwit.emoji';
export const recentBound = 24;
export const foundBound = 200;

/** Component pieces (skin tones, hair) are no emoji of their own. */
const componentGroup = 2;

/** What the picker shows, in the order of the standard. */
export function usable(data: EmojiData[]): Emoji[] {
  return data
    .filter((item) => item.group !== undefined && item.group !== componentGroup)
    .sort((a, b) => (a.order ?? 0) - (b.order ?? 0))
    .map(({ unicode, label, group, tags = [] }) => ({
      unicode,
      label,
      group: group as number,
      words: [label, ...tags].join(' ').toLocaleLowerCase(),
    }));
}

/** Those of which every word of the query is found; whose name begins with it first. */
export function findEmoji(all: Emoji[], query: string): Emoji[] {
  const words = query.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const found = all.filter((emoji) => words.every((word) => emoji.words.includes(word)));
  const first = words[0] ?? '';
  const starts = (emoji: Emoji) => Number(emoji.words.startsWith(first));
  return found.sort((a, b) => starts(b) - starts(a)).slice(0, foundBound);
}

export const recentEmoji = (): string[] => (readStored<string[]>(recentKey) ?? []).slice(0, recentBound);

export function rememberEmoji(unicode: string): void {
  writeStored(recentKey, [unicode, ...recentEmoji().filter((other) => other !== unicode)].slice(0, recentBound));
}

export async function loadEmoji(language: string): Promise<Emoji[]> {
  const zh = part(() => import('emojibase-data/zh/compact.json'));
  const en = part(() => import('emojibase-data/en/compact.json'));
  const data = await (language === 'zh' ? zh() : en());
  return usable(data.default as EmojiData[]);
}
