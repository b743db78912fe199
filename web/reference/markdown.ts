/** Markdown as elements. Swagger UI makes markup of it, which the policy of this server's pages refuses. */
import MarkdownIt, { type Token } from 'markdown-it';

type Make<T> = (kind: string, attributes: Record<string, unknown> | null, ...children: (T | string)[]) => T;

const parser = new MarkdownIt({ html: false, linkify: false });

/** The elements of `source`, made by `make`: React's createElement or another of its form. */
export function markdown<T>(source: string, make: Make<T>): (T | string)[] {
  return elements(parser.parse(source, {}), make);
}

interface Open<T> {
  token: Token;
  children: (T | string)[];
}

function elements<T>(tokens: Token[], make: Make<T>): (T | string)[] {
  const root: (T | string)[] = [];
  const open: Open<T>[] = [];
  const put = (...what: (T | string)[]) => (open.at(-1)?.children ?? root).push(...what);
  for (const token of tokens) {
    if (token.nesting === 1) {
      open.push({ token, children: [] });
    } else if (token.nesting === -1) {
      const { token: opened, children } = open.pop()!;
      if (opened.hidden) put(...children);
      else put(make(opened.tag, attributesOf(opened), ...children));
    } else {
      put(...leaf(token, make));
    }
  }
  return root;
}

function leaf<T>(token: Token, make: Make<T>): (T | string)[] {
  switch (token.type) {
    case 'inline':
      return elements(token.children ?? [], make);
    case 'code_inline':
      return [make('code', null, token.content)];
    case 'fence':
    case 'code_block':
      return [make('pre', null, make('code', null, token.content))];
    case 'softbreak':
      return [' '];
    case 'hardbreak':
      return [make('br', null)];
    case 'hr':
      return [make('hr', null)];
    default:
      return [token.content];
  }
}

/** Links lead to the documents that this server shows; markdown-it lets no script into them. */
function attributesOf(token: Token): Record<string, unknown> | null {
  return token.tag === 'a' ? { href: token.attrGet('href') } : null;
}
