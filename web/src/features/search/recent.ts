export const recentBound = 10;

/** The newest first, each once, whatever the case; never more than the bound. */
export function remember(list: readonly string[], query: string): string[] {
  const text = query.trim();
  if (!text) return [...list];
  const others = list.filter((one) => one.toLocaleLowerCase() !== text.toLocaleLowerCase());
  return [text, ...others].slice(0, recentBound);
}
