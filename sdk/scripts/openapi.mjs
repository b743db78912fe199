// Writes src/openapi.ts, the shapes that docs/openapi.yaml describes. `--check` writes nothing and ends with 1 where the
// file is not what the description makes.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';

const description = new URL('../../docs/openapi.yaml', import.meta.url);
const target = fileURLToPath(new URL('../src/openapi.ts', import.meta.url));
const head = `/* eslint-disable */
// Written by \`npm run openapi -w sdk\` from docs/openapi.yaml: change that file, not this one.
`;

/** Of all that is written only the schemas: the calls themselves are in api.ts. */
async function shapes() {
  const nodes = await openapiTS(description, { silent: true });
  const components = nodes.find((node) => node.name?.text === 'components');
  components.members = components.members.filter((member) => member.name.text === 'schemas');
  return head + astToString([components]);
}

const written = await shapes();
if (!process.argv.includes('--check')) {
  await writeFile(target, written);
} else if ((await readFile(target, 'utf8')) !== written) {
  console.error('sdk/src/openapi.ts is not what docs/openapi.yaml says: npm run openapi -w sdk');
  process.exitCode = 1;
}
