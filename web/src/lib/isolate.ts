/** What is put into texts and was written by people: it may run in another direction than the text. */
const written = ['name', 'actor', 'target', 'group', 'device', 'text', 'a', 'b'];
const places = new RegExp(`\\{(?:${written.join('|')})\\}`, 'g');

/**
 * A text of the page whose places for people's words are isolated (U+2068, U+2069): a name in Arabic or Hebrew keeps its
 * direction to itself and does not turn what stands beside it.
 */
export const isolateNames = (text: string): string => text.replace(places, '\u2068$&\u2069');
