/** Values of one of the browser's two storages. Where it is closed (private windows, full disks) they live as long as the page. */
function storedIn(place: () => Storage) {
  const memory = new Map<string, string>();

  function read<T>(key: string): T | null {
    let text: string | null;
    try {
      text = place().getItem(key) ?? memory.get(key) ?? null;
    } catch {
      text = memory.get(key) ?? null;
    }
    if (text === null) return null;
    try {
      return JSON.parse(text) as T;
    } catch {
      return null;
    }
  }

  function write(key: string, value: unknown): void {
    const text = JSON.stringify(value);
    memory.set(key, text);
    try {
      place().setItem(key, text);
    } catch {
      // kept in memory above
    }
  }

  function remove(key: string): void {
    memory.delete(key);
    try {
      place().removeItem(key);
    } catch {
      // nothing was kept there
    }
  }

  return { read, write, remove };
}

/** Of this browser, kept over visits. */
export const { read: readStored, write: writeStored, remove: removeStored } = storedIn(() => localStorage);

/** Of this tab: kept over reloads, gone with it. */
export const ofTab = storedIn(() => sessionStorage);
