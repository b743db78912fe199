/** The order of a phone book in that language: pinyin for Chinese; case, accents and widths aside, numbers by their value. */
export function byName<T>(nameOf: (item: T) => string, locale: string): (a: T, b: T) => number {
  const tag = locale === 'zh' ? 'zh-CN-u-co-pinyin' : locale;
  const collator = new Intl.Collator(tag, { sensitivity: 'base', numeric: true });
  return (a, b) => collator.compare(nameOf(a), nameOf(b));
}

/** What a filter compares: case, accents and widths aside. */
export function folded(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase();
}

/** Whether each word of `query` stands in one of `texts`. */
export function matches(query: string, texts: readonly string[]): boolean {
  const hay = texts.map(folded);
  return folded(query)
    .split(/\s+/)
    .every((word) => hay.some((text) => text.includes(word)));
}
