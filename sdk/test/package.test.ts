import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const sdk = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'godwit-pack-'));
const run = (command: string, ...words: string[]): string =>
  execFileSync(command, words, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** What a program does with it, in either language of modules. */
const uses = `
const error = new GodwitError({ code: 'x' });
const api = new GodwitApi({ url: 'http://127.0.0.1:9' });
console.log(error instanceof Error, typeof connect, api.url, typeof fileStorage('kept').open);`;

beforeAll(() => {
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: sdk, stdio: 'pipe' });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const packed = readdirSync(folder).find((name) => name.endsWith('.tgz')) as string;
  run('npm', 'install', '--offline', '--no-audit', '--no-fund', '--silent', `./${packed}`);
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('what is packed can be imported and required, with its entry for Node', () => {
  const names = '{ connect, GodwitApi, GodwitError }';
  writeFileSync(
    join(folder, 'a.mjs'),
    `import ${names} from 'godwit-sdk';\nimport { fileStorage } from 'godwit-sdk/node';${uses}`,
  );
  writeFileSync(
    join(folder, 'a.cjs'),
    `const ${names} = require('godwit-sdk');\nconst { fileStorage } = require('godwit-sdk/node');${uses}`,
  );
  const said = 'true function http://127.0.0.1:9 function\n';
  expect([run('node', 'a.mjs'), run('node', 'a.cjs')]).toEqual([said, said]);
});

test('its types are there for both, and tell frames apart by their type', () => {
  const source = `import { FrameType, type Frame } from 'godwit-sdk';
import { fileStorage } from 'godwit-sdk/node';
export function told(frame: Frame): number | string {
  if (frame.type === FrameType.recalled) return frame.target.seq;
  return frame.type === FrameType.groupChanged ? frame.change : frame.msg;
}
export const storage = fileStorage('x');
// @ts-expect-error a message has no target
export const wrong = (frame: Frame) => frame.type === 101 && frame.target.id;
`;
  for (const name of ['b.mts', 'b.cts']) writeFileSync(join(folder, name), source);
  const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const settings = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2022'];
  expect(run('node', compiler, ...settings, 'b.mts', 'b.cts')).toBe('');
}, 120_000);

test('nothing but what is needed is packed', () => {
  const files = readdirSync(join(folder, 'node_modules', 'godwit-sdk'));
  expect(files.sort()).toEqual(['README.md', 'dist', 'package.json']);
});
