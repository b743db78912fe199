import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import WebSocket from 'ws';
import { GodwitApi } from '../src/index.js';
import { befriend, person } from './kit/people.js';
import { Server } from './kit/server.js';

type Talk = (url: string, key: string, password: string, friend: string, WebSocket: unknown) => Promise<void>;

test('the example of the README works as it stands there', async () => {
  const readme = readFileSync(fileURLToPath(new URL('../README.md', import.meta.url)), 'utf8');
  const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  const source = fileURLToPath(new URL('../src/index.ts', import.meta.url));
  const folder = mkdtempSync(fileURLToPath(new URL('./example-', import.meta.url)));
  const server = await new Server().start();
  const said: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((...words: unknown[]) => void said.push(words.join(' ')));
  try {
    writeFileSync(join(folder, 'talk.ts'), example.replace("'godwit-sdk'", JSON.stringify(source)));
    const { talk } = (await import(join(folder, 'talk.ts'))) as { talk: Talk };
    const [ann, ben] = [await person(server.url, 'ann'), await person(server.url, 'ben')];
    await befriend(server.url, ann, ben);
    await talk(server.url, ann.user.key, 'correct horse battery', ben.user.key, WebSocket);
    const { items } = await new GodwitApi({ url: server.url, token: ben.token }).history(`u:${ann.user.key}`);
    expect(items.map((frame) => frame.msg)).toEqual(['Back on Monday.']);
    expect(said).toContain(`#1 ${ann.user.key}: Back on Monday.`);
    expect(said).toContain('open ');
  } finally {
    log.mockRestore();
    rmSync(folder, { recursive: true });
    await server.remove();
  }
});

test('the README names every call, and no other', () => {
  const readme = readFileSync(fileURLToPath(new URL('../README.md', import.meta.url)), 'utf8');
  const [, calls = '', client = ''] = readme.slice(readme.indexOf('## Every call')).split('|---|---|');
  const named = (table: string) => [...table.split('\n\n')[0]!.matchAll(/`(\w+)`/g)].map(([, name]) => name as string);
  const own = Object.getOwnPropertyDescriptors(GodwitApi.prototype);
  const methods = Object.keys(own).filter((name) => own[name]?.value && !['constructor', 'get'].includes(name));
  expect(named(calls).sort()).toEqual(methods.sort());
  const surface = readFileSync(fileURLToPath(new URL('../src/surface.ts', import.meta.url)), 'utf8');
  const body = (name: string) => new RegExp(`export interface ${name} \\{([\\s\\S]*?)\\n\\}`).exec(surface)?.[1] ?? '';
  const members = (name: string) => [...body(name).matchAll(/^  (?:readonly )?(\w+)[?<(:]/gm)].map(([, member]) => member);
  const wanted = [...members('Client'), ...members('ClientEvents'), ...members('Draft')];
  expect([...new Set(named(client))].sort()).toEqual([...new Set(wanted)].sort());
});
