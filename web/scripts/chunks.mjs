/**
 * Which chunk a module goes into: few and large ones, since each is a request that a busy server or a proxy may refuse.
 * What the entry needs stays with it; the lazy screens come in four, and what several need comes with the first of
 * them. Texts and emoji go by language.
 */
const order = ['auth', 'chat', 'more', 'admin'];

/** Whose lazy part a module begins. */
function screenOf(id) {
  if (/\/src\/features\/auth\//.test(id)) return 'auth';
  if (/\/src\/features\/admin\//.test(id)) return 'admin';
  if (/\/src\/features\/chat\/ChatView\.vue/.test(id)) return 'chat';
  return /\/src\//.test(id) ? 'more' : undefined;
}

/** A language is fetched as a whole, and so are its emoji. Element Plus has its English texts in its own code. */
function textsOf(id) {
  const emoji = /emojibase-data\/(\w+)\/compact\.json/.exec(id)?.[1];
  if (emoji) return `emoji-${emoji}`;
  const language = /\/src\/locales\/(\w+)\/[^/]+\.json$/.exec(id)?.[1];
  if (language) return `texts-${language}`;
  return /element-plus\/es\/locale\/lang\/zh-cn/.test(id) ? 'texts-zh' : undefined;
}

/**
 * What a module needs at once. Element Plus' index imports everything it has; what is used of it shows in the styles
 * that its plugin adds, one a component.
 */
function neededBy(id, infoOf) {
  if (/\/element-plus\/es\/(index|defaults|component|components\/index)\.mjs/.test(id)) return [];
  const component = /^(.*\/element-plus\/es\/components\/[\w-]+)\/style\//.exec(id)?.[1];
  return [...(infoOf(id)?.importedIds ?? []), ...(component ? [`${component}/index.mjs`] : [])];
}

/** What `roots` need at once, themselves included. */
function reached(roots, infoOf) {
  const seen = new Set();
  const left = [...roots];
  while (left.length > 0) {
    const id = left.pop();
    if (seen.has(id)) continue;
    seen.add(id);
    left.push(...neededBy(id, infoOf));
  }
  return seen;
}

function survey(ids, infoOf) {
  const lazy = new Set(ids.flatMap((id) => infoOf(id)?.dynamicallyImportedIds ?? []));
  const rootsOf = (screen) => [...lazy].filter((id) => !textsOf(id) && screenOf(id) === screen);
  return {
    entry: reached(ids.filter((id) => infoOf(id)?.isEntry), infoOf),
    screens: order.map((screen) => [screen, reached(rootsOf(screen), infoOf)]),
  };
}

/** For Rollup's `manualChunks`. */
export function makeChunks() {
  let found;
  return (id, { getModuleInfo, getModuleIds }) => {
    const texts = textsOf(id);
    if (texts) return texts;
    found ??= survey([...getModuleIds()], getModuleInfo);
    if (found.entry.has(id)) return undefined;
    return found.screens.find(([, modules]) => modules.has(id))?.[0];
  };
}
