type Formatter = Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat;

/** Making one costs more than using it. As many as there are languages and kinds of text. */
const cache = new Map<string, Formatter>();

/** The formatter of that name, made when it is first asked for; the name tells its language and all of its options. */
export function kept<T extends Formatter>(name: string, make: () => T): T {
  const found = cache.get(name) as T | undefined;
  if (found) return found;
  const made = make();
  cache.set(name, made);
  return made;
}
