// @vitest-environment node
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

type Texts = { [key: string]: string | Texts };

const here = fileURLToPath(new URL('.', import.meta.url));
const source = fileURLToPath(new URL('..', import.meta.url));
const errorsPage = fileURLToPath(new URL('../../../docs/errors.md', import.meta.url));

/** Codes that the SDK and the page add to the server's. */
const ownCodes = [
  'network',
  'timeout',
  'bad_answer',
  'outbox_full',
  'bad_conversation',
  'kv_full',
  'kv_too_large',
  'too_many_items',
  'closed',
];

function flatten(texts: Texts, prefix: string): [string, string][] {
  return Object.entries(texts).flatMap(([key, text]) =>
    typeof text === 'string' ? [[`${prefix}.${key}`, text] as [string, string]] : flatten(text, `${prefix}.${key}`),
  );
}

function readLanguage(language: string): Map<string, string> {
  const areas = readdirSync(`${here}${language}`).filter((file) => file.endsWith('.json'));
  return new Map(
    areas.flatMap((file) =>
      flatten(JSON.parse(readFileSync(`${here}${language}/${file}`, 'utf8')) as Texts, file.slice(0, -5)),
    ),
  );
}

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = `${folder}/${name}`;
    if (statSync(path).isDirectory()) return sources(path);
    return /\.(vue|ts)$/.test(name) && !/\.test\.ts$/.test(name) ? [readFileSync(path, 'utf8')] : [];
  });
}

const en = readLanguage('en');
const zh = readLanguage('zh');
const areas = [...new Set([...en.keys()].map((key) => key.split('.')[0]))].join('|');
const code = sources(source).join('\n');

/** Keys as they stand in t('…'). */
const asked = [...code.matchAll(/\bt\(\s*'([^']+)'/g)].map((match) => match[1] as string);
/** Whatever else in quotes has the form of a key: titles of routes, tables of keys. */
const named = new Set(
  [...code.matchAll(new RegExp(`['"\`]((?:${areas})\\.[\\w.]+)['"\`]`, 'g'))].map((match) => match[1] as string),
);
/** Keys that are put together; what is put in may be any word. */
const composed = [...code.matchAll(new RegExp(`\`((?:${areas})\\.[^\`\\s]*\\$\\{[^\`]*)\``, 'g'))].map(
  (match) => match[1] as string,
);
const patterns = composed.map((text) => {
  const parts = text.split(/\$\{[^}]*\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return { text, pattern: new RegExp(`^${parts.join('\\w+')}$`) };
});

const placeholders = (text: string) => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]))].sort();

describe('the texts', () => {
  it('are the same in both languages', () => {
    expect([...zh.keys()].sort()).toEqual([...en.keys()].sort());
  });

  it('are never empty', () => {
    const empty = [...en, ...zh].filter(([, text]) => text.trim() === '').map(([key]) => key);
    expect(empty).toEqual([]);
  });

  it('take the same values in both languages', () => {
    const different = [...en].filter(([key, text]) => {
      const [mine, theirs] = [placeholders(text), placeholders(zh.get(key) ?? '')];
      return mine.join() !== theirs.join();
    });
    expect(different.map(([key]) => key)).toEqual([]);
  });

  it('exist where the code asks for them', () => {
    expect([...new Set(asked)].filter((key) => !en.has(key))).toEqual([]);
  });

  it('exist where the code puts their keys together', () => {
    const keys = [...en.keys()];
    expect(patterns.filter(({ pattern }) => !keys.some((key) => pattern.test(key))).map(({ text }) => text)).toEqual(
      [],
    );
  });

  it('are used', () => {
    const used = new Set([...asked, ...named]);
    const idle = [...en.keys()].filter((key) => !used.has(key) && !patterns.some(({ pattern }) => pattern.test(key)));
    expect(idle).toEqual([]);
  });

  it('are found by this test at all', () => {
    expect(asked.length).toBeGreaterThan(100);
    expect(patterns.length).toBeGreaterThan(5);
    expect(en.size).toBeGreaterThan(200);
  });
});

describe('the errors', () => {
  const codes = [...readFileSync(errorsPage, 'utf8').matchAll(/^\| \[`(\w+)`\]/gm)].map((match) => match[1] as string);

  it('have a text for every code of the server and of the client', () => {
    expect(codes.length).toBeGreaterThan(30);
    expect([...codes, ...ownCodes].filter((one) => !en.has(`errors.${one}`) || !zh.has(`errors.${one}`))).toEqual([]);
  });

  it('have no text for a code that nobody sends', () => {
    const known = new Set([...codes, ...ownCodes, 'unexpected', 'unknown', 'try_again_in']);
    const others = [...en.keys()].filter((key) => /^errors\.\w+$/.test(key) && !known.has(key.slice('errors.'.length)));
    expect(others).toEqual([]);
  });
});
