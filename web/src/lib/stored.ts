/** A value of this browser, kept over visits. Where storage is closed (private windows, full disks) it lives as long as the page. */
const memory = new Map<string, string>();

export function readStored<T>(key: string): T | null {
  let text: string | null;
  try {
    text = localStorage.getItem(key) ?? memory.get(key) ?? null;
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

export function writeStored(key: string, value: unknown): void {
  const text = JSON.stringify(value);
  memory.set(key, text);
  try {
    localStorage.setItem(key, text);
  } catch {
    // kept in memory above
  }
}

export function removeStored(key: string): void {
  memory.delete(key);
  try {
    localStorage.removeItem(key);
  } catch {
    // nothing was kept there
  }
}
