/**
 * The files that a screen needs before it can be used, by Vite's manifest: the entry, the screen's own chunks, what
 * they import statically, and their styles. `screens` are sources ("src/…"), or names of chunks.
 */
export function filesOf(manifest, screens) {
  const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
  if (!entry) throw new Error('the manifest has no entry');
  const files = new Set();
  const seen = new Set();
  const follow = (key) => {
    if (seen.has(key)) return;
    seen.add(key);
    const chunk = manifest[key];
    if (!chunk) throw new Error(`the manifest has no ${key}`);
    files.add(chunk.file);
    for (const style of chunk.css ?? []) files.add(style);
    for (const imported of chunk.imports ?? []) follow(imported);
  };
  for (const wanted of [entry, ...screens]) follow(keyOf(manifest, wanted));
  return [...files];
}

/** Chunks that several sources share have no source of their own: they go by their name. */
function keyOf(manifest, wanted) {
  const key = wanted in manifest ? wanted : Object.keys(manifest).find((one) => manifest[one].name === wanted);
  if (!key) throw new Error(`the manifest has no ${wanted}`);
  return key;
}
