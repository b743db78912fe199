const FIRST_MS = 1000;
const MOST_MS = 30_000;

/** Full jitter: anything between nothing and a bound that doubles, so that thousands do not come back in step. */
export function fullJitter(attempt: number, random: () => number, first = FIRST_MS, most = MOST_MS): number {
  return random() * Math.min(most, first * 2 ** Math.min(attempt, 20));
}
