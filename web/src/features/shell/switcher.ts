/** Somebody or a group to go to. */
export interface Candidate {
  conversation: string;
  name: string;
  key: string;
  avatar: string;
  group: boolean;
  /** Of the last message, in Unix milliseconds; 0 where nothing was written. */
  time: number;
  unread: number;
}

export const switcherMost = 50;

const plain = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/**
 * The letters of `query` in their order, the closer together and the nearer to the start the better; 0 where one is
 * missing.
 */
function scattered(text: string, query: string): number {
  let at = -1;
  let gaps = 0;
  for (const letter of query) {
    const next = text.indexOf(letter, at + 1);
    if (next < 0) return 0;
    if (at >= 0) gaps += next - at - 1;
    at = next;
  }
  return Math.max(1, 30 - gaps);
}

/**
 * How well `text` answers `query`: whole, beginning, beginning of a word, inside, scattered letters; 0 where not at
 * all.
 */
export function matchScore(text: string, query: string): number {
  const [hay, needle] = [plain(text), plain(query.trim())];
  if (needle === '') return 1;
  if (hay === needle) return 100;
  if (hay.startsWith(needle)) return 90;
  const at = hay.indexOf(needle);
  if (at > 0) return /[\s._\-@]/.test(hay[at - 1] as string) ? 80 : 60;
  return scattered(hay, needle.replace(/\s+/g, ''));
}

const best = (candidate: Candidate, query: string) =>
  Math.max(matchScore(candidate.name, query), matchScore(candidate.key, query) - 1);

/** Best first; what answers equally well by who was written with last, then by name. */
export function rank(candidates: readonly Candidate[], query: string, most = switcherMost): Candidate[] {
  const wanted = query.trim() !== '';
  return candidates
    .map((candidate) => ({ candidate, score: wanted ? best(candidate, query) : 1 }))
    .filter(({ score }) => score > 0)
    .sort(
      (a, b) =>
        b.score - a.score || b.candidate.time - a.candidate.time || a.candidate.name.localeCompare(b.candidate.name),
    )
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

/** The conversation `step` away from `current` in the list, round its ends; the first (or last) where none is open. */
export function neighbour(list: readonly string[], current: string | undefined, step: 1 | -1): string | undefined {
  const at = current === undefined ? -1 : list.indexOf(current);
  if (at < 0) return step === 1 ? list[0] : list[list.length - 1];
  return list[(at + step + list.length) % list.length];
}
