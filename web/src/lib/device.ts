import { readStored, writeStored } from '@/lib/stored';

function browserName(agent: string): string {
  const names: [RegExp, string][] = [
    [/Edg\//, 'Edge'],
    [/OPR\//, 'Opera'],
    [/Firefox\//, 'Firefox'],
    [/Chrome\//, 'Chrome'],
    [/Safari\//, 'Safari'],
  ];
  return names.find(([pattern]) => pattern.test(agent))?.[1] ?? 'Browser';
}

function systemName(agent: string): string {
  const names: [RegExp, string][] = [
    [/Android/, 'Android'],
    [/iPhone|iPad/, 'iOS'],
    [/Windows/, 'Windows'],
    [/Mac OS/, 'macOS'],
    [/Linux/, 'Linux'],
  ];
  return names.find(([pattern]) => pattern.test(agent))?.[1] ?? 'Web';
}

/** This browser as a device of that account: the same id at every login, so that logging in again replaces its session. */
export function deviceFor(key: string): { id: string; name: string } {
  const slot = `godwit.device.${key.toLowerCase()}`;
  let id = readStored<string>(slot);
  if (!id) {
    id = `web-${Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
    writeStored(slot, id);
  }
  return { id, name: `${browserName(navigator.userAgent)} · ${systemName(navigator.userAgent)}` };
}
