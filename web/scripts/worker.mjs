// node scripts/worker.mjs [DIRECTORY]: writes sw.js into the built page: worker/sw.js with the version and the files that
// it keeps, which are all but those of the administration and the emoji. Its bytes change whenever the page does, which
// is how browsers learn of a new version.
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const directory = process.argv[2] ?? fileURLToPath(new URL('../../build/page', import.meta.url));
const source = await readFile(fileURLToPath(new URL('../worker/sw.js', import.meta.url)), 'utf8');
const index = await readFile(join(directory, 'index.html'), 'utf8');
const entry = /<script type="module"[^>]* src="([^"]+)"/.exec(index)?.[1];
if (!entry) throw new Error('the index names no entry');

const assets = (await readdir(join(directory, 'assets')))
  .filter((name) => /\.(js|css)$/.test(name) && !/^(admin|emoji)-/.test(name))
  .map((name) => `/assets/${name}`);
const shown = ['/favicon.svg', '/favicon-unread.svg', '/manifest.webmanifest'];
const files = ['/', entry, ...assets.filter((name) => name !== entry), ...shown];
const version = createHash('sha256').update(source + index + files.join()).digest('hex').slice(0, 12);

const text = source.replace("'VERSION'", JSON.stringify(version)).replace('FILES', JSON.stringify(files));
await writeFile(join(directory, 'sw.js'), text);
console.log(`sw.js: ${version}, ${files.length} files`);
