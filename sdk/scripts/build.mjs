// node scripts/build.mjs: dist/esm and dist/cjs, each with its types. `npm pack` does it by itself.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const compile = (...settings) =>
  execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json', ...settings], { cwd: root, stdio: 'inherit' });

rmSync(`${root}dist`, { recursive: true, force: true });
compile('--outDir', 'dist/esm');
compile('--outDir', 'dist/cjs', '--module', 'commonjs', '--moduleResolution', 'node10', '--verbatimModuleSyntax', 'false');
writeFileSync(`${root}dist/cjs/package.json`, '{ "type": "commonjs" }\n');
