// node scripts/compress.mjs [DIRECTORY]: writes FILE.br and FILE.gz beside every file of the built page that gets smaller
// by it. The server embeds and sends them as they are, so they are made once, as small as they get.
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const WORTH_IT = 0.95; // of the original size; images and sounds stay above it
const FEWEST_BYTES = 256; // below, the header that names the coding costs what it saves

const codings = [
  {
    ending: '.br',
    compress: (bytes) =>
      promisify(brotliCompress)(bytes, {
        params: {
          [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
          [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
          [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
        },
      }),
  },
  { ending: '.gz', compress: (bytes) => promisify(gzip)(bytes, { level: constants.Z_BEST_COMPRESSION }) },
];

const isCompressed = (name) => codings.some(({ ending }) => name.endsWith(ending));

async function filesOf(directory) {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

/** Writes what is worth it and answers the bytes that the file takes in each coding, its own where there is none. */
async function compressFile(path) {
  const bytes = await readFile(path);
  const sizes = [bytes.length];
  for (const { ending, compress } of codings) {
    const packed = bytes.length < FEWEST_BYTES ? bytes : await compress(bytes);
    const worth = packed.length < bytes.length * WORTH_IT;
    if (worth) await writeFile(path + ending, packed);
    sizes.push(worth ? packed.length : bytes.length);
  }
  return sizes;
}

const directory = process.argv[2] ?? fileURLToPath(new URL('../../build/page', import.meta.url));
const files = await filesOf(directory);
await Promise.all(files.filter(isCompressed).map((path) => rm(path)));
const sizes = await Promise.all(files.filter((path) => !isCompressed(path)).map(compressFile));
const [plain, br, gz] = sizes.reduce((sum, one) => sum.map((value, i) => value + one[i]), [0, 0, 0]);
const kib = (size) => `${(size / 1024).toFixed(0)} KiB`;
console.log(`${sizes.length} files: ${kib(plain)}, brotli ${kib(br)}, gzip ${kib(gz)}`);
