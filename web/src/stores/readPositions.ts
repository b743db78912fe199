import { defineStore } from 'pinia';
import { reactive, watch } from 'vue';
import { useSession } from './session';

/** Conversations of which positions are kept; the one that moved longest ago goes. */
export const positionsBound = 500;
const saveAfter = 1000;

type Positions = Record<string, number>;

interface Kept {
  untold: Positions;
}

/** The higher of each; the newest of this page stay where there are too many. */
export function higher(kept: Positions = {}, here: ReadonlyMap<string, number>): Positions {
  const others = Object.entries(kept).filter(([conversation]) => !here.has(conversation));
  const own = [...here].map(([conversation, seq]) => [conversation, Math.max(seq, kept[conversation] ?? 0)] as const);
  return Object.fromEntries([...others, ...own].slice(-positionsBound));
}

/** How far I have read where I do not want it told: the server has no answer for it. */
export const useReadPositions = defineStore('readPositions', () => {
  const session = useSession();
  const untold = reactive(new Map<string, number>());
  let timer: ReturnType<typeof setTimeout> | undefined;

  function readUntold(conversation: string, seq: number): void {
    const highest = Math.max(seq, untold.get(conversation) ?? 0);
    untold.delete(conversation);
    untold.set(conversation, highest);
    if (untold.size > positionsBound) untold.delete(untold.keys().next().value as string);
    clearTimeout(timer);
    timer = setTimeout(() => void save().catch(() => undefined), saveAfter);
  }

  /** Other tabs keep theirs in the same place: the higher of each is written. */
  async function save(): Promise<void> {
    const { client } = session;
    if (!client) return;
    const kept = await client.kv.get<Kept>('readPositions');
    if (session.client !== client) return;
    const merged: Kept = { untold: higher(kept?.untold, untold) };
    await client.kv.set('readPositions', merged);
  }

  async function load(): Promise<void> {
    const { client } = session;
    const kept = await client?.kv.get<Kept>('readPositions');
    if (!kept || session.client !== client) return;
    for (const [conversation, seq] of Object.entries(kept.untold)) readUntold(conversation, seq);
  }

  watch(
    () => session.client,
    () => {
      clearTimeout(timer);
      untold.clear();
    },
  );

  return { untold, load, readUntold };
});
