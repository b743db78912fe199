import type { AdminProcess, Shards } from './types';

/** Clocks that are further apart than this are worth a word; the way of an answer is in it. */
const tolerated = 1_500;

export function isSlow(process: AdminProcess): boolean {
  return Math.abs(process.clockAhead ?? 0) > tolerated;
}

export function tone(process: AdminProcess): 'good' | 'warning' | 'alarm' {
  if (process.state === 'missing') return 'alarm';
  const troubled = process.state !== 'ready' || (process.troubles?.length ?? 0) > 0;
  return troubled ? 'warning' : 'good';
}

export interface Figure {
  label: 'connections' | 'onlineUsers' | 'relayedSockets' | 'shards';
  value: number;
}

/** What its roles have to show: sockets of a node, what a gateway carries, a dispatcher's shards. */
export function counted(process: AdminProcess): Figure[] {
  const has = (role: AdminProcess['roles'][number]) => process.roles.includes(role);
  const figures: Figure[] = [];
  if (has('node')) {
    figures.push({ label: 'connections', value: process.connections ?? 0 });
    figures.push({ label: 'onlineUsers', value: process.users ?? 0 });
  }
  if (has('gateway') && !has('node')) figures.push({ label: 'relayedSockets', value: process.relayed ?? 0 });
  if (has('dispatch') && process.shards?.length) figures.push({ label: 'shards', value: process.shards.length });
  return figures;
}

/** "0–3, 7": ascending numbers, runs of three and more together. */
export function ranges(numbers: number[]): string {
  const parts: string[] = [];
  for (let i = 0; i < numbers.length; ) {
    let end = i;
    while (end + 1 < numbers.length && numbers[end + 1] === (numbers[end] ?? 0) + 1) end++;
    if (end - i >= 2) parts.push(`${numbers[i]}–${numbers[end]}`);
    else for (let at = i; at <= end; at++) parts.push(String(numbers[at]));
    i = end + 1;
  }
  return parts.join(', ');
}

/** By shard: the place of its owner among `owners`, the later one where two name it; -1: nobody's. */
export function ownerByShard(shards: Shards): number[] {
  const owner = new Array<number>(shards.total).fill(-1);
  shards.owners.forEach((one, place) => {
    for (const shard of one.shards) if (shard < owner.length) owner[shard] = place;
  });
  return owner;
}
