import { gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

const MOST = 20 * 1024;

test('the whole client, minified and gzipped, is under 20 KB and needs nothing of Node', async () => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../src/index.ts', import.meta.url))],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
  });
  const [bundle] = outputFiles;
  const size = gzipSync(bundle?.contents ?? '', { level: 9 }).length;
  expect(size).toBeGreaterThan(5000);
  expect(size).toBeLessThan(MOST);
});
