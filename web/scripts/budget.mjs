// node scripts/budget.mjs [DIRECTORY]: what the first load of a screen takes (gzip, as compress.mjs makes it), of the
// built page with its manifest, and how many files it is. Fails above the budget. Takes the manifest away: it is no part of the page.
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { constants, gzipSync } from 'node:zlib';
import { filesOf } from './first_load.mjs';

const BUDGET = 300_000;
/** Each is a request that a busy server or a proxy may refuse. */
const MOST_FILES = 20;
const languages = ['texts-en', 'texts-zh'];
const screens = {
  login: ['auth'],
  chat: ['chat'],
};

const directory = process.argv[2] ?? fileURLToPath(new URL('../../build/page', import.meta.url));
const manifest = JSON.parse(await readFile(join(directory, '.vite', 'manifest.json'), 'utf8'));
await rm(join(directory, '.vite'), { recursive: true });

async function weight(files) {
  const sizes = files.map(
    async (file) => gzipSync(await readFile(join(directory, file)), { level: constants.Z_BEST_COMPRESSION }).length,
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** In the language that takes more. */
async function firstLoad(sources) {
  const loads = languages.map((language) => weight(['index.html', ...filesOf(manifest, [...sources, language, 'style.css'])]));
  return Math.max(...(await Promise.all(loads)));
}

const files = new Set(Object.values(manifest).flatMap(({ file, css = [] }) => [file, ...css]));
if (files.size > MOST_FILES) {
  console.error(`${files.size} files, more than ${MOST_FILES}: see web/scripts/README.md`);
  process.exitCode = 1;
}

const kilobytes = (size) => `${(size / 1000).toFixed(1)} KB`;
const loads = await Promise.all(
  Object.entries(screens).map(async ([name, sources]) => [name, await firstLoad(sources)]),
);
console.log(
  `first load, gzip: ${loads.map(([name, size]) => `${name} ${kilobytes(size)}`).join(', ')} of ${kilobytes(BUDGET)}`,
);
for (const [name, size] of loads) {
  if (size <= BUDGET) continue;
  console.error(
    `${name} is ${kilobytes(size - BUDGET)} above the budget: see web/scripts/README.md`,
  );
  process.exitCode = 1;
}
