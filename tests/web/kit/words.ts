import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isolateNames } from '../../../web/src/lib/isolate';

type Texts = { [key: string]: string | Texts };
type Values = Record<string, string | number>;

const folder = (language: string) => fileURLToPath(new URL(`../../../web/src/locales/${language}/`, import.meta.url));

function read(language: string): Texts {
  const files = readdirSync(folder(language)).filter((name) => name.endsWith('.json'));
  return Object.fromEntries(
    files.map((name) => [name.slice(0, -5), JSON.parse(readFileSync(folder(language) + name, 'utf8')) as Texts]),
  );
}

/** `no | one | many` or `one | many`, as the page chooses. */
function plural(choices: string[], count: number): string {
  const index = choices.length > 2 ? Math.min(count, choices.length - 1) : Number(count !== 1);
  return choices[Math.min(index, choices.length - 1)] as string;
}

/** What the page says for a key of its texts: controls are found by the names that people see. */
export function words(language: 'en' | 'zh'): (key: string, values?: Values) => string {
  const texts = read(language);
  return (key, values = {}) => {
    const into = (at: string | Texts | undefined, part: string) => (at as Texts | undefined)?.[part];
    const text = key.split('.').reduce<string | Texts | undefined>(into, texts);
    if (typeof text !== 'string') throw new Error(`no text ${key} in ${language}`);
    const chosen = plural(isolateNames(text).split(' | '), Number(values['n'] ?? values['count'] ?? 1));
    return chosen.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
  };
}

export const say = words('en');
