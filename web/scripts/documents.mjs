// node scripts/documents.mjs [DIRECTORY]: the documents that the server shows, beside the built page. docs/errors.md and
// docs/protocol.md become /docs/errors and /docs/protocol, with GitHub's names for their headings, so that the `type` of
// an error leads to its section. The descriptions of the protocol are put there for their compressed forms.
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import MarkdownIt from 'markdown-it';

const project = fileURLToPath(new URL('../../', import.meta.url));
const documents = { errors: 'Errors', protocol: 'Writing a client' };
const descriptions = ['openapi.yaml', 'asyncapi.yaml'];

/** GitHub's name of a heading: lower case, without what is no letter, digit, - or _, blanks as -. */
export const anchor = (heading) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');

/** Where a link of docs/NAME.md leads on the server; undefined for a file that it does not show. */
export function target(href) {
  if (/^[a-z]+:/i.test(href) || href.startsWith('#')) return href;
  const [file, section] = href.split('#');
  const shown = Object.keys(documents).find((name) => file === `${name}.md`);
  const path = shown ? `/docs/${shown}` : descriptions.includes(file) ? `/${file}` : undefined;
  return path && (section ? `${path}#${section}` : path);
}

function parser() {
  const markdown = new MarkdownIt({ html: false, linkify: false });
  markdown.core.ruler.push('names_and_links', ({ tokens }) => {
    const taken = new Map();
    tokens.forEach((token, i) => {
      if (token.type === 'heading_open') {
        const name = anchor(tokens[i + 1].content);
        const before = taken.get(name) ?? 0;
        taken.set(name, before + 1);
        token.attrSet('id', before ? `${name}-${before}` : name);
      }
      lead(token.children ?? []);
    });
  });
  return markdown;
}

/** Links lead to what the server shows; those to files that it does not are text. */
function lead(tokens) {
  let kept = true;
  for (const token of tokens) {
    if (token.type === 'link_open') {
      const to = target(token.attrGet('href'));
      kept = to !== undefined;
      if (kept) token.attrSet('href', to);
    }
    if (/^link_(open|close)$/.test(token.type) && !kept) token.tag = 'span';
    if (token.type === 'link_open' && !kept) token.attrs = null;
  }
}

/** What scrolls can be scrolled with the keyboard. Code is escaped: every < here is a tag. */
const scrollable = (html) => html.replaceAll(/<(pre|table)>/g, '<$1 tabindex="0">');

export function page(name, markdown) {
  const here = (path) => (path === `/docs/${name}` ? ' aria-current="page"' : '');
  const links = [
    ['/docs', 'Calls'],
    ['/docs/protocol', 'Writing a client'],
    ['/docs/errors', 'Errors'],
    ['/openapi.yaml', 'openapi.yaml'],
    ['/asyncapi.yaml', 'asyncapi.yaml'],
    ['/', 'Chat'],
  ].map(([path, text]) => `      <a href="${path}"${here(path)}>${text}</a>`);
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <link rel="icon" href="/favicon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="/docs/document.css">
    <title>godwit: ${documents[name]}</title>
  </head>
  <body>
    <nav aria-label="Documents">
${links.join('\n')}
    </nav>
    <main class="document">
${scrollable(parser().render(markdown))}    </main>
  </body>
</html>
`;
}

async function write(directory) {
  await mkdir(join(directory, 'docs'), { recursive: true });
  for (const name of Object.keys(documents)) {
    const markdown = await readFile(join(project, 'docs', `${name}.md`), 'utf8');
    await writeFile(join(directory, 'docs', `${name}.html`), page(name, markdown));
  }
  await copyFile(join(project, 'web', 'reference', 'document.css'), join(directory, 'docs', 'document.css'));
  for (const name of descriptions) await copyFile(join(project, 'docs', name), join(directory, name));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await write(process.argv[2] ?? join(project, 'build', 'page'));
